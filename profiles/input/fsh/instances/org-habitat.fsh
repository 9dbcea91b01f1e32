Instance: org-habitat
InstanceOf: PsiNetworkOrganization
Title: "Sheltered housing"
Usage: #example
* identifier[CBE].system = $CBE
* identifier[CBE].value = "0000000295"
* active = true
* name = "Habitation protégée Les Tilleuls"
* type[CD-HCPARTY].coding = $HCPARTY#orgshelteredliving
* type[CD-HCPARTY].text = "Initiative d'habitation protégée"
* telecom.system = #phone
* telecom.value = "+32 81 00 00 02"
