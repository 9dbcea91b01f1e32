Instance: role-psychiatrist
InstanceOf: $BePractitionerRole
Title: "Psychiatrist, head of department"
Usage: #example
* insert DirectoryRole(hopital-psychiatre, practitioner-psychiatrist)
* organization = Reference(org-hopital)
* code[CD-HCPARTY].coding = $HCPARTY#perspsychatrist
* code[CD-HCPARTY].text = "Psychiatre, chef de service"
