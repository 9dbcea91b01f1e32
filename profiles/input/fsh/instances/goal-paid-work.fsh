Instance: goal-paid-work
InstanceOf: PsiGoal
Title: "Goal: paid work"
Usage: #example
* identifier.system = "https://hopital.psy107.example/id/objectif"
* identifier.value = "X-OBJECTIF-4"
* lifecycleStatus = #accepted
* category = PsiCsLifeDomain#work
* category.text = "Emploi"
* description.text = "Faire de mon bénévolat un vrai travail."
* subject = Reference(monsieur-x)
* startDate = "2026-11-22"
* target.measure.text = "Contrat de travail"
* target.detailString = "Un contrat à mi-temps est signé"
* target.dueDate = "2027-10-29"
* expressedBy = Reference(monsieur-x)
