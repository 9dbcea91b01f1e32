Instance: meeting-discharge
InstanceOf: PsiAppointment
Title: "Preparation of the next meeting"
Usage: #example
* identifier.system = "https://hopital.psy107.example/id/rencontre"
* identifier.value = "X-SORTIE-1"
* status = #booked
* appointmentType = PsiCsMeetingType#pre-meeting
* appointmentType.text = "Pré-rencontre"
* description = "Faire le point un mois après la sortie"
* supportingInformation = Reference(plan-revised)
* start = "2026-12-22T10:00:00+01:00"
* end = "2026-12-22T11:00:00+01:00"
* participant[0] insert Attendee(monsieur-x, accepted)
* participant[1] insert Attendee(role-referent, accepted)
* participant[2] insert Attendee(role-nurse, accepted)
