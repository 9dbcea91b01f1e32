Invariant: psi-inv-ref-prof
Description: "The referent is a professional."
Severity: #error
Expression: "participant.where(role.coding.where(system='https://psy107.example/fhir/psi/CodeSystem/psi-cs-participant-role' and code='referent').exists()).all(member.reference.matches('(^|/)Practitioner(Role)?/') or (member.type in ('Practitioner'|'PractitionerRole')))"
