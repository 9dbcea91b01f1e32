Instance: org-hopital
InstanceOf: PsiNetworkOrganization
Title: "Psychiatric hospital"
Usage: #example
* identifier[CBE].system = $CBE
* identifier[CBE].value = "0000000196"
* identifier[NIHDI].system = $NIHDI
* identifier[NIHDI].value = "72000130000"
* active = true
* name = "Hôpital psychiatrique de la Citadelle"
* type[CD-HCPARTY].coding = $HCPARTY#orghospital
* type[PSI-ORG-TYPE].coding = PsiCsOrgType#psychiatric-hospital
* type[PSI-ORG-TYPE].text = "Hôpital psychiatrique"
* telecom.system = #phone
* telecom.value = "+32 81 00 00 01"
