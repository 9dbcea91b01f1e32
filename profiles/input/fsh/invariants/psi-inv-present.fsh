Invariant: psi-inv-present
Description: "The person takes part in the meeting."
Severity: #error
Expression: "participant.where(actor.reference.matches('(^|/)Patient/') or actor.type='Patient').exists(status!='declined')"
