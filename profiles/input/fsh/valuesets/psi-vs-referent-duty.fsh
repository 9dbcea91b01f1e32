ValueSet: PsiVsReferentDuty
Id: psi-vs-referent-duty
Title: "Duty of the referent"
Description: "Duties of a care referent."
* ^experimental = false
* include codes from system PsiCsReferentDuty
