Instance: practitioner-ssm-director
InstanceOf: $BePractitioner
Title: "Director of the mental health centre"
Usage: #example
* identifier[SSIN].system = $SSIN
* identifier[SSIN].value = "68112299940"
* active = true
* name.family = "Marchal"
* name.given = "Luc"
