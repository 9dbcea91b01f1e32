// The goal of returning home, in each of its states.
RuleSet: GoalHome
* insert HabitatIdentifier(objectif, X-OBJECTIF-1)
* category = PsiCsLifeDomain#housing
* category.text = "Logement"
* priority = http://terminology.hl7.org/CodeSystem/goal-priority#high-priority
* description.text = "Rentrer chez moi, à l'habitation protégée."
* subject = Reference(monsieur-x)
* startDate = "2026-11-20"
* target.measure.text = "Nuits passées à l'habitation protégée"
* target.detailQuantity = 7 'd' "nuits"
* target.dueDate = "2026-12-04"
* expressedBy = Reference(monsieur-x)
* extension[strength].valueString = "Je me sens bien avec les autres habitants."
* extension[smartReview][0] insert Smart(specific)
* extension[smartReview][1] insert Smart(measurable)
* extension[smartReview][2] insert Smart(attainable)
* extension[smartReview][3] insert Smart(realistic)
* extension[smartReview][4] insert Smart(time-bound)
