ValueSet: PsiVsAgreement
Id: psi-vs-agreement
Title: "Agreement of the user"
Description: "Answers of the person to a version of the plan."
* ^experimental = false
* include codes from system PsiCsAgreement
