Extension: PsiExtUserView
Id: psi-ext-user-view
Title: "View of the user"
Description: "How the person sees the situation."
Context: CarePlan, Goal
* value[x] 1..1
* value[x] only string
