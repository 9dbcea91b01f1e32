Instance: role-gp
InstanceOf: $BePractitionerRole
Title: "General practitioner on own account"
Usage: #example
* insert DirectoryRole(medecin-traitant, practitioner-gp)
* code[CD-HCPARTY].coding = $HCPARTY#persgeneralphysician
* code[CD-HCPARTY].text = "Médecin traitant"
