Instance: role-nurse
InstanceOf: $BePractitionerRole
Title: "Nurse"
Usage: #example
* insert DirectoryRole(hopital-infirmiere, practitioner-nurse)
* organization = Reference(org-hopital)
* code[CD-HCPARTY].coding = $HCPARTY#persnurse
* code[CD-HCPARTY].text = "Infirmière"
