Profile: PsiNetworkOrganization
Parent: $BeOrganization
Id: psi-network-organization
Title: "PSI network organisation"
Description: "An organisation in the network around a person, in health care or not: associations need no NIHDI number."
* obeys psi-inv-nihdi and psi-inv-cbe
* identifier MS
* name 1..1 MS
* type 1..* MS
* type contains PSI-ORG-TYPE 0..*
* type[PSI-ORG-TYPE] from PsiVsOrgType (required)
* type[PSI-ORG-TYPE].coding.system 1..1
* type[PSI-ORG-TYPE].coding.system = "https://psy107.example/fhir/psi/CodeSystem/psi-cs-org-type" (exactly)
* type[PSI-ORG-TYPE].coding.code 1..1
* telecom MS
* partOf only Reference($BeOrganization)
