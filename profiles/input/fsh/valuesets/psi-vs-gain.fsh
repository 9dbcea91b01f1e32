ValueSet: PsiVsGain
Id: psi-vs-gain
Title: "Expected gain"
Description: "Gains that a plan is evaluated on."
* ^experimental = false
* include codes from system PsiCsGain
