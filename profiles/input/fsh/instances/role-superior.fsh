Instance: role-superior
InstanceOf: $BePractitionerRole
Title: "Direction of the sheltered housing"
Usage: #example
* insert DirectoryRole(habitat-direction, practitioner-superior)
* organization = Reference(org-habitat)
* code.text = "Direction"
