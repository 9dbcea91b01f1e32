// A member of the team in one role.
RuleSet: Member(role, member)
* role[0] = PsiCsParticipantRole#{role}
* member = Reference({member})
