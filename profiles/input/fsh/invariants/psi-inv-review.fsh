Invariant: psi-inv-review
Description: "The next review comes within three months of the last meeting."
Severity: #warning
Expression: "(status='active' and extension('https://psy107.example/fhir/psi/StructureDefinition/psi-ext-last-meeting').exists()) implies (extension('https://psy107.example/fhir/psi/StructureDefinition/psi-ext-next-review').exists() and extension('https://psy107.example/fhir/psi/StructureDefinition/psi-ext-next-review').value <= extension('https://psy107.example/fhir/psi/StructureDefinition/psi-ext-last-meeting').value + 3 months)"
