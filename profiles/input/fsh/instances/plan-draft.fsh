Instance: plan-draft
InstanceOf: PsiCarePlan
Title: "Plan of Monsieur X, draft"
Usage: #example
* insert HabitatIdentifier(plan, X-PSI)
* status = #draft
* category[psi].text = "Plan de services individualisé"
* title = "Mon plan"
* description = "Trouver ma place dans mon nouveau logement."
* subject = Reference(monsieur-x)
* period.start = "2026-09-15"
* period.end = "2027-09-15"
* created = "2026-09-15"
* author = Reference(monsieur-x)
* contributor = Reference(role-psychologist)
* careTeam = Reference(team-v1)
* goal = Reference(goal-home-draft)
* extension[initiator].valueReference = Reference(role-psychologist)
* extension[involvementPreference].extension[self].valueBoolean = true
* extension[involvementPreference].extension[relatives].valueBoolean = false
* extension[userAgreement].extension[agreement].valueCode = #pending
* extension[leafletGiven].extension[date].valueDate = "2026-09-15"
* extension[leafletGiven].extension[document].valueReference = Reference(leaflet)
* extension[leafletGiven].extension[by].valueReference = Reference(role-psychologist)
* extension[stepRecord][0] insert Step(initiate, 2026-09-15, role-psychologist)
