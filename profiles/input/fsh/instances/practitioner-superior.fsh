Instance: practitioner-superior
InstanceOf: $BePractitioner
Title: "Superior of the social worker"
Usage: #example
* identifier[SSIN].system = $SSIN
* identifier[SSIN].value = "75011899943"
* active = true
* name.family = "Renard"
* name.given = "Paul"
