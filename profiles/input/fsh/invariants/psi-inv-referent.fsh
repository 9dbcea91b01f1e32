Invariant: psi-inv-referent
Description: "An active team has exactly one referent at a time."
Severity: #error
Expression: "status='active' implies participant.where(role.coding.where(system='https://psy107.example/fhir/psi/CodeSystem/psi-cs-participant-role' and code='referent').exists() and (period.end.empty() or period.end > now())).count()=1"
