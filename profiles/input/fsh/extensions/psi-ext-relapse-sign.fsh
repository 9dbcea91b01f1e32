Extension: PsiExtRelapseSign
Id: psi-ext-relapse-sign
Title: "Sign of relapse"
Description: "A sign by which the person and others notice that things go wrong."
Context: CarePlan
* value[x] 1..1
* value[x] only string
