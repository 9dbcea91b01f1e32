Extension: PsiExtPace
Id: psi-ext-pace
Title: "Pace"
Description: "The pace that was agreed with the person."
Context: CarePlan
* value[x] 1..1
* value[x] only string
