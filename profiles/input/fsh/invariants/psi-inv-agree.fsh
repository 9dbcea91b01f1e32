Invariant: psi-inv-agree
Description: "An active or completed plan carries the dated agreement of the person."
Severity: #error
Expression: "(status in ('active'|'completed')) implies extension('https://psy107.example/fhir/psi/StructureDefinition/psi-ext-user-agreement').exists((extension('agreement').value in ('agreed'|'agreed-with-reservations')) and extension('date').exists())"
