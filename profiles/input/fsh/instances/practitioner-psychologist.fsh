Instance: practitioner-psychologist
InstanceOf: $BePractitioner
Title: "Psychologist of the mental health centre"
Usage: #example
* identifier[SSIN].system = $SSIN
* identifier[SSIN].value = "90020300068"
* active = true
* name.family = "Dubois"
* name.given = "Julie"
