Instance: practitioner-psychiatrist
InstanceOf: $BePractitioner
Title: "Psychiatrist of the hospital"
Usage: #example
* identifier[NIHDI].system = $NIHDI
* identifier[NIHDI].value = "10000205730"
* active = true
* name.family = "Peeters"
* name.given = "Katrien"
