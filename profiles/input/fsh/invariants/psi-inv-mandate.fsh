Invariant: psi-inv-mandate
Description: "A professional in the team has a mandate of a superior, dated and acknowledged, or a reason why none applies."
Severity: #error
Expression: "participant.where(member.reference.matches('(^|/)Practitioner(Role)?/') or (member.type in ('Practitioner'|'PractitionerRole'))).all(extension('https://psy107.example/fhir/psi/StructureDefinition/psi-ext-mandate').exists(extension('notApplicableReason').exists() or (extension('mandatedBy').exists() and extension('date').exists() and extension('acknowledged').value=true)))"
