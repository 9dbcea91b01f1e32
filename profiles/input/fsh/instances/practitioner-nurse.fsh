Instance: practitioner-nurse
InstanceOf: $BePractitioner
Title: "Nurse of the hospital"
Usage: #example
* identifier[SSIN].system = $SSIN
* identifier[SSIN].value = "71040400041"
* active = true
* name.family = "Simon"
* name.given = "Nadia"
