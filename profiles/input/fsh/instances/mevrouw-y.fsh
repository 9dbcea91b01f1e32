Instance: mevrouw-y
InstanceOf: PsiPatient
Title: "Mevrouw Y"
Usage: #example
* language = #nl
* identifier.system = "https://habitat.psy107.example/id/gebruiker"
* identifier.value = "Y"
* name.family = "Y"
* name.given = "Els"
* gender = #female
* communication.language = urn:ietf:bcp:47#nl
