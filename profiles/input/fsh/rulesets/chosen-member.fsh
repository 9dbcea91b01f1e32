// A member whom the person chose.
RuleSet: ChosenMember(role, member)
* extension[chosenByUser].valueBoolean = true
* role[0] = PsiCsParticipantRole#{role}
* member = Reference({member})
