ValueSet: PsiVsPhase
Id: psi-vs-phase
Title: "Phase of the plan"
Description: "Phases around the making of a plan."
* ^experimental = false
* include codes from system PsiCsPhase
