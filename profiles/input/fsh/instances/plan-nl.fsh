Instance: plan-nl
InstanceOf: PsiCarePlan
Title: "A plan in Dutch"
Description: "For the labels in Dutch."
Usage: #example
* language = #nl
* identifier.system = "https://habitat.psy107.example/id/plan"
* identifier.value = "Y-PSI"
* status = #draft
* category[psi].text = "Individueel dienstverleningsplan"
* title = "Mijn plan"
* description = "Opnieuw buitenshuis werken."
* description.extension[$Translation].extension[lang].valueCode = #fr
* description.extension[$Translation].extension[content].valueString = "Retravailler hors de la maison."
* subject = Reference(mevrouw-y)
* period.start = "2026-11-01"
* author = Reference(mevrouw-y)
* extension[involvementPreference].extension[self].valueBoolean = true
* extension[userAgreement].extension[agreement].valueCode = #agreed-with-reservations
* extension[userAgreement].extension[date].valueDate = "2026-11-05"
* extension[stepRecord][0].extension[step].valueCoding = PsiCsStep#prepare
* extension[stepRecord][0].extension[date].valueDate = "2026-11-05"
