Instance: org-reseau
InstanceOf: PsiNetworkOrganization
Title: "Network"
Usage: #example
* identifier[CBE].system = $CBE
* identifier[CBE].value = "0000000592"
* identifier[NIHDI].system = $NIHDI
* identifier[NIHDI].value = "70000148000"
* active = true
* name = "Réseau 107 de la Confluence"
* type[PSI-ORG-TYPE].coding = PsiCsOrgType#network
* type[PSI-ORG-TYPE].text = "Réseau"
* telecom.system = #phone
* telecom.value = "+32 81 00 00 05"
