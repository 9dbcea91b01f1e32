Profile: PsiGoal
Parent: $BeGoal
Id: psi-goal
Title: "PSI goal"
Description: "An objective of the person, in words that everybody understands."
* obeys psi-inv-measure and psi-inv-due and psi-inv-order
* extension contains
    PsiExtStrength named strength 0..* MS and
    PsiExtSmartReview named smartReview 0..* MS and
    PsiExtUserView named userView 0..1
* subject only Reference($BePatient)
* category from PsiVsLifeDomain (preferred)
* priority MS
* achievementStatus MS
* description.text 1..1 MS
* description.text ^short = "The objective in the words of the person; never a code alone"
* start[x] only date
* start[x] MS
* target MS
* target.measure MS
* target.detail[x] MS
* target.due[x] MS
* expressedBy 1..1
* expressedBy ^short = "Who set the objective: the person, whenever possible"
* outcomeReference MS
