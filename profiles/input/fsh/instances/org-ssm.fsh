Instance: org-ssm
InstanceOf: PsiNetworkOrganization
Title: "Mental health centre"
Usage: #example
* identifier[CBE].system = $CBE
* identifier[CBE].value = "0000000394"
* active = true
* name = "Service de santé mentale du Parc"
* type[PSI-ORG-TYPE].coding = PsiCsOrgType#mental-health-centre
* type[PSI-ORG-TYPE].text = "Service de santé mentale"
* telecom.system = #phone
* telecom.value = "+32 81 00 00 03"
