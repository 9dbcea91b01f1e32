Instance: crisis-plan
InstanceOf: PsiCrisisPlan
Title: "Crisis plan of Monsieur X"
Usage: #example
* insert HabitatIdentifier(plan-de-crise, X-CRISE)
* status = #active
* category[crisis].text = "Plan de crise"
* title = "En cas de crise"
* description = "Ce que je veux et qui appeler quand ça ne va plus."
* subject = Reference(monsieur-x)
* partOf = Reference(plan)
* period.start = "2026-11-20"
* period.end = "2027-11-20"
* created = "2026-11-20"
* author = Reference(monsieur-x)
* careTeam = Reference(team)
* extension[relapseSign][0].valueString = "Je ne dors plus et je reste dans ma chambre."
* extension[relapseSign][1].valueString = "Je ne réponds plus au téléphone."
* extension[significantPerson][0].valueReference = Reference(sister)
* extension[significantPerson][1].valueReference = Reference(colleague)
* extension[userView].valueString = "Je veux qu'on me parle avant de décider quelque chose pour moi."
* activity[0].detail.status = #not-started
* activity[0].detail.description = "M'appeler, puis passer me voir le jour même."
* activity[0].detail.performer = Reference(role-referent)
* activity[1].detail.status = #not-started
* activity[1].detail.description = "Voir avec moi si mon traitement doit changer."
* activity[1].detail.performer = Reference(role-gp)
