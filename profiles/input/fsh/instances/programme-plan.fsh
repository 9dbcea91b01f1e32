Instance: programme-plan
InstanceOf: $BeCarePlan
Title: "Programme plan of the sheltered housing"
Description: "Internal to one service: not a PSI, only linked to it."
Usage: #example
* insert HabitatIdentifier(ppi, X-PPI)
* status = #active
* intent = #plan
* category = PsiCsPlanType#ppi
* category.text = "Plan de programme individualisé"
* title = "Vie quotidienne à l'habitation protégée"
* description = "Accompagnement de Monsieur X par l'équipe de l'habitation protégée."
* subject = Reference(monsieur-x)
* period.start = "2026-10-01"
* author = Reference(org-habitat)
* supportingInfo = Reference(plan)
* activity.detail.status = #in-progress
* activity.detail.description = "Faire les courses et cuisiner ensemble deux fois par semaine."
* activity.detail.performer = Reference(role-referent)
