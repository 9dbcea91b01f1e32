// Somebody at a meeting.
RuleSet: Attendee(actor, status)
* actor = Reference({actor})
* status = #{status}
