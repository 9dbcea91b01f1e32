Instance: role-referent
InstanceOf: PsiReferentRole
Title: "Social worker as referent"
Usage: #example
* insert DirectoryRole(habitat-referent, practitioner-social-worker)
* organization = Reference(org-habitat)
* code[PSI-ROLE].coding = PsiCsParticipantRole#referent
* code[PSI-ROLE].text = "Référent de soins"
* code[CD-HCPARTY].coding = $HCPARTY#perssocialworker
* code[CD-HCPARTY].text = "Assistant social"
* telecom.system = #phone
* telecom.value = "+32 470 00 00 02"
