Instance: role-psychologist
InstanceOf: $BePractitionerRole
Title: "Psychologist"
Usage: #example
* insert DirectoryRole(ssm-psychologue, practitioner-psychologist)
* organization = Reference(org-ssm)
* code[CD-HCPARTY].coding = $HCPARTY#persclinicalpsychologist
* code[CD-HCPARTY].text = "Psychologue clinicienne"
* telecom.system = #phone
* telecom.value = "+32 470 00 00 03"
