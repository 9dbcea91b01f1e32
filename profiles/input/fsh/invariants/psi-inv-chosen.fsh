Invariant: psi-inv-chosen
Description: "Everybody else in the team was chosen by the person."
Severity: #error
Expression: "participant.where(member.reference != %resource.subject.reference).all(extension('https://psy107.example/fhir/psi/StructureDefinition/psi-ext-chosen-by-user').value=true)"
