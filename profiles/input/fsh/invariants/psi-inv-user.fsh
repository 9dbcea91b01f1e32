Invariant: psi-inv-user
Description: "The person is a member of the team."
Severity: #error
Expression: "participant.where(member.reference=%resource.subject.reference).exists()"
