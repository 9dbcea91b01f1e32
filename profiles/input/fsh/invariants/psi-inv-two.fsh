Invariant: psi-inv-two
Description: "At least two professionals take part in the meeting."
Severity: #error
Expression: "participant.where(actor.reference.matches('(^|/)Practitioner(Role)?/')).count() >= 2"
