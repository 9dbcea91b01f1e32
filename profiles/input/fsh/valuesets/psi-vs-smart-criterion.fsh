ValueSet: PsiVsSmartCriterion
Id: psi-vs-smart-criterion
Title: "SMART criterion"
Description: "SMART criteria."
* ^experimental = false
* include codes from system PsiCsSmartCriterion
