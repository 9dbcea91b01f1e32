Instance: colleague
InstanceOf: PsiRelatedPerson
Title: "Colleague of Monsieur X in the association"
Usage: #example
* insert HabitatIdentifier(proche, X-COLLEGUE)
* active = true
* patient = Reference(monsieur-x)
* relationship = $RoleCode#FRND
* relationship.text = "Collègue et amie"
* name.family = "Moreau"
* name.given = "Claire"
* telecom.system = #phone
* telecom.value = "+32 470 00 00 05"
