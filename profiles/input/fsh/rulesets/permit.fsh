// A permit to one actor, for care, from one day until another.
RuleSet: Permit(actor, start, end)
* type = #permit
* period.start = "{start}"
* period.end = "{end}"
* actor.role = $ParticipationType#IRCP
* actor.reference = Reference({actor})
* purpose = $ActReason#TREAT
