// An action: what, from when until when, for which objective.
RuleSet: Action(description, start, end, goal)
* detail.description = "{description}"
* detail.scheduledPeriod.start = "{start}"
* detail.scheduledPeriod.end = "{end}"
* detail.goal = Reference({goal})
