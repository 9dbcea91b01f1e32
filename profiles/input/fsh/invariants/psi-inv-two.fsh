Invariant: psi-inv-two
Description: "At least two professionals take part in the meeting."
Severity: #error
Expression: "participant.where(actor.reference.matches('(^|/)Practitioner(Role)?/') or (actor.type in ('Practitioner'|'PractitionerRole'))).count() >= 2"
