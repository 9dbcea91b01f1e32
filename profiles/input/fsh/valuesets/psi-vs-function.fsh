ValueSet: PsiVsFunction
Id: psi-vs-function
Title: "Function of the reform"
Description: "Functions of the reform."
* ^experimental = false
* include codes from system PsiCsFunction
