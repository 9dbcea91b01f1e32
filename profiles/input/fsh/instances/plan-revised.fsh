Instance: plan-revised
InstanceOf: PsiCarePlan
Title: "Plan of Monsieur X, revised"
Description: "At discharge: one action done, one objective reached, one added, and a new agreement."
Usage: #example
* insert PlanOfMonsieurX
* goal[0] = Reference(goal-home-reached)
* goal[1] = Reference(goal-sister)
* goal[2] = Reference(goal-training)
* goal[3] = Reference(goal-paid-work)
* extension[userAgreement].extension[agreement].valueCode = #agreed
* extension[userAgreement].extension[date].valueDate = "2026-11-22"
* extension[userAgreement].extension[satisfaction].valueInteger = 8
* extension[userAgreement].extension[note].valueString = "Je suis content de rentrer."
* activity[0].extension[helpful].valueCoding = $YesNo#Y
* activity[0].detail.status = #completed
* activity[0] insert Action([[Préparer mon retour à l'habitation protégée.]], 2026-11-20, 2026-12-04, goal-home-reached)
* activity[0].detail.performer[0] = Reference(role-referent)
* activity[0].detail.performer[1] = Reference(role-nurse)
* activity[1] insert WeeklyTalk
* activity[2].detail.status = #in-progress
* activity[2] insert MeetSister
* activity[3].detail.status = #in-progress
* activity[3] insert FindTraining
* activity[4].detail.status = #in-progress
* activity[4] insert Volunteering
* activity[5].detail.status = #not-started
* activity[5] insert Action([[Demander à l'association si un contrat à mi-temps est possible.]], 2026-11-22, 2027-03-31, goal-paid-work)
* activity[5].detail.performer[0] = Reference(monsieur-x)
* activity[5].detail.performer[1] = Reference(colleague)
