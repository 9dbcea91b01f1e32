Instance: goal-training
InstanceOf: PsiGoal
Title: "Goal: find training in the tertiary sector"
Usage: #example
* insert HabitatIdentifier(objectif, X-OBJECTIF-3)
* lifecycleStatus = #active
* achievementStatus = $GoalAchievement#in-progress
* category = PsiCsLifeDomain#training
* category.text = "Formation"
* description.text = "Trouver une formation dans le secteur tertiaire."
* subject = Reference(monsieur-x)
* startDate = "2026-11-20"
* target.measure.text = "Inscription à une formation"
* target.detailString = "Je suis inscrit"
* target.dueDate = "2027-02-12"
* expressedBy = Reference(monsieur-x)
* extension[strength].valueString = "Je connais déjà le travail de bureau par mon volontariat."
