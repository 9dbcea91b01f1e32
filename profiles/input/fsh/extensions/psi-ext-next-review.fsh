Extension: PsiExtNextReview
Id: psi-ext-next-review
Title: "Next review"
Description: "Date on which the plan is reviewed next."
Context: CarePlan
* value[x] 1..1
* value[x] only date
