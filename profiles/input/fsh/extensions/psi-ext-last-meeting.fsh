Extension: PsiExtLastMeeting
Id: psi-ext-last-meeting
Title: "Last meeting"
Description: "Date of the last meeting about the plan."
Context: CarePlan
* value[x] 1..1
* value[x] only date
