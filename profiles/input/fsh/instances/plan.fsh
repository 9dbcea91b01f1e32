Instance: plan
InstanceOf: PsiCarePlan
Title: "Plan of Monsieur X, active"
Description: "As agreed at the meeting in the hospital."
Usage: #example
* insert PlanOfMonsieurX
* goal[0] = Reference(goal-home)
* goal[1] = Reference(goal-sister)
* goal[2] = Reference(goal-training)
* extension[userAgreement].extension[agreement].valueCode = #agreed
* extension[userAgreement].extension[date].valueDate = "2026-11-20"
* extension[userAgreement].extension[satisfaction].valueInteger = 7
* extension[userAgreement].extension[note].valueString = "Je ne voyais pas à quoi servirait cette réunion. Maintenant je sais ce qui va se passer."
* activity[0].detail.status = #in-progress
* activity[0] insert Action([[Préparer mon retour à l'habitation protégée.]], 2026-11-20, 2026-12-04, goal-home)
* activity[0].detail.performer[0] = Reference(role-referent)
* activity[0].detail.performer[1] = Reference(role-nurse)
* activity[1] insert WeeklyTalk
* activity[2].detail.status = #scheduled
* activity[2] insert MeetSister
* activity[3].detail.status = #in-progress
* activity[3] insert FindTraining
* activity[4].detail.status = #in-progress
* activity[4] insert Volunteering
