Extension: PsiExtLifeProject
Id: psi-ext-life-project
Title: "Life project"
Description: "What the person wants to make of life, in plain words."
Context: CarePlan
* value[x] 1..1
* value[x] only string
