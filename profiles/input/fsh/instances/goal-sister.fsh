Instance: goal-sister
InstanceOf: PsiGoal
Title: "Goal: clear up the misunderstanding with the sister"
Usage: #example
* insert HabitatIdentifier(objectif, X-OBJECTIF-2)
* lifecycleStatus = #active
* achievementStatus = $GoalAchievement#in-progress
* category = PsiCsLifeDomain#family
* category.text = "Famille"
* description.text = "M'expliquer avec ma sœur pour que nous nous parlions à nouveau."
* subject = Reference(monsieur-x)
* startDate = "2026-11-20"
* target.measure.text = "Nombre de fois que nous nous sommes vus"
* target.detailQuantity = 2 '1' "rencontres"
* target.dueDate = "2027-01-15"
* expressedBy = Reference(monsieur-x)
