Instance: practitioner-social-worker
InstanceOf: $BePractitioner
Title: "Social worker of the sheltered housing"
Usage: #example
* identifier[SSIN].system = $SSIN
* identifier[SSIN].value = "88063099988"
* active = true
* name.family = "Lambert"
* name.given = "Marc"
