Instance: plan-de
InstanceOf: PsiCarePlan
Title: "A plan in German"
Description: "For the labels in German."
Usage: #example
* language = #de
* identifier.system = "https://habitat.psy107.example/id/plan"
* identifier.value = "Z-PSI"
* status = #draft
* category[psi].text = "Individueller Dienstleistungsplan"
* title = "Mein Plan"
* description = "Eine eigene Wohnung finden."
* description.extension[$Translation].extension[lang].valueCode = #fr
* description.extension[$Translation].extension[content].valueString = "Trouver un logement à moi."
* subject = Reference(frau-z)
* period.start = "2026-11-01"
* author = Reference(frau-z)
* extension[involvementPreference].extension[self].valueBoolean = true
* extension[userAgreement].extension[agreement].valueCode = #pending
* extension[stepRecord][0].extension[step].valueCoding = PsiCsStep#initiate
* extension[stepRecord][0].extension[date].valueDate = "2026-11-03"
