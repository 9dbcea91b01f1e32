Instance: goal-home-draft
InstanceOf: PsiGoal
Title: "Goal, as first proposed"
Usage: #example
* insert HabitatIdentifier(objectif, X-OBJECTIF-0)
* lifecycleStatus = #proposed
* category = PsiCsLifeDomain#housing
* description.text = "Rester dans mon nouveau logement."
* subject = Reference(monsieur-x)
* expressedBy = Reference(monsieur-x)
