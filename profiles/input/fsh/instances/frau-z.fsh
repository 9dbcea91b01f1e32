Instance: frau-z
InstanceOf: PsiPatient
Title: "Frau Z"
Usage: #example
* language = #de
* identifier.system = "https://habitat.psy107.example/id/nutzer"
* identifier.value = "Z"
* name.family = "Z"
* name.given = "Greta"
* gender = #female
* communication.language = urn:ietf:bcp:47#de
