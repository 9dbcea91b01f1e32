Instance: org-formation
InstanceOf: PsiNetworkOrganization
Title: "Training service"
Usage: #example
* identifier[CBE].system = $CBE
* identifier[CBE].value = "0000000493"
* active = true
* name = "Service Formation, association sans but lucratif"
* type[PSI-ORG-TYPE].coding = PsiCsOrgType#association
* type[PSI-ORG-TYPE].text = "Association"
* telecom.system = #phone
* telecom.value = "+32 81 00 00 04"
