ValueSet: PsiVsOrgType
Id: psi-vs-org-type
Title: "Organisation type"
Description: "Kinds of organisation in a PSI network."
* ^experimental = false
* include codes from system PsiCsOrgType
