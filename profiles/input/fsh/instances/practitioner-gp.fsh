Instance: practitioner-gp
InstanceOf: $BePractitioner
Title: "General practitioner"
Usage: #example
* identifier[NIHDI].system = $NIHDI
* identifier[NIHDI].value = "10000106004"
* active = true
* name.family = "Claes"
* name.given = "Hélène"
