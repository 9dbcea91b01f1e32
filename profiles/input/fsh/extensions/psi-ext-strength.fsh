Extension: PsiExtStrength
Id: psi-ext-strength
Title: "Strength or resource"
Description: "A strength or resource of the person that the plan builds on."
Context: CarePlan, Goal
* value[x] 1..1
* value[x] only string
