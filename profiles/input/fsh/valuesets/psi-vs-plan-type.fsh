ValueSet: PsiVsPlanType
Id: psi-vs-plan-type
Title: "Plan type"
Description: "Kinds of plan: PSI, PPI, crisis plan, plan of funded concertation."
* ^experimental = false
* include codes from system PsiCsPlanType
