// The weekly talk with the psychologist.
RuleSet: WeeklyTalk
* detail.status = #in-progress
* detail.description = "Voir ma psychologue chaque semaine."
* detail.scheduledTiming.repeat.boundsPeriod.start = "2026-11-20"
* detail.scheduledTiming.repeat.boundsPeriod.end = "2027-05-20"
* detail.scheduledTiming.repeat.frequency = 1
* detail.scheduledTiming.repeat.period = 1
* detail.scheduledTiming.repeat.periodUnit = #wk
* detail.performer = Reference(role-psychologist)
