ValueSet: PsiVsStep
Id: psi-vs-step
Title: "Step of the plan"
Description: "Steps in the life of a plan."
* ^experimental = false
* include codes from system PsiCsStep
