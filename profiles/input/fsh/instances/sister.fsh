Instance: sister
InstanceOf: PsiRelatedPerson
Title: "Sister of Monsieur X"
Usage: #example
* identifier.system = $SSIN
* identifier.value = "83092300049"
* active = true
* patient = Reference(monsieur-x)
* relationship = $RoleCode#SIS
* relationship.text = "Sœur"
* name.family = "X"
* name.given = "Anne"
* telecom.system = #phone
* telecom.value = "+32 470 00 00 04"
* gender = #female
