Instance: role-ssm-director
InstanceOf: $BePractitionerRole
Title: "Direction of the mental health centre"
Usage: #example
* insert DirectoryRole(ssm-direction, practitioner-ssm-director)
* organization = Reference(org-ssm)
* code.text = "Direction"
