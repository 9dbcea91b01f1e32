Extension: PsiExtChosenByUser
Id: psi-ext-chosen-by-user
Title: "Chosen by the user"
Description: "The person decided to involve this participant."
Context: CareTeam.participant
* value[x] 1..1
* value[x] only boolean
