Profile: PsiReferentRole
Parent: $BePractitionerRole
Id: psi-referent-role
Title: "PSI referent role"
Description: "A professional in the role of care referent for an organisation. Social workers and educators have no NIHDI number: any identifier will do."
* obeys psi-inv-ssin and psi-inv-nihdi
* identifier MS
* practitioner 1..1 MS
* organization 1..1 MS
* code 1..*
* code contains PSI-ROLE 1..*
* code[PSI-ROLE].coding.system 1..1
* code[PSI-ROLE].coding.system = "https://psy107.example/fhir/psi/CodeSystem/psi-cs-participant-role" (exactly)
* code[PSI-ROLE].coding.code 1..1
* code[PSI-ROLE].coding.code = #referent (exactly)
* telecom MS
