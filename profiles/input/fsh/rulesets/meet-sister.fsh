// The meeting with the sister.
RuleSet: MeetSister
* insert Action([[Rencontrer ma sœur avec ma psychologue.]], 2026-11-23, 2027-01-08, goal-sister)
* detail.performer[0] = Reference(monsieur-x)
* detail.performer[1] = Reference(sister)
* detail.performer[2] = Reference(role-psychologist)
