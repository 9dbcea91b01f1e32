Instance: meeting-hospital
InstanceOf: PsiAppointment
Title: "Meeting at the hospital"
Usage: #example
* insert HabitatIdentifier(rencontre, X-RENCONTRE-1)
* status = #fulfilled
* appointmentType = PsiCsMeetingType#psi-meeting
* appointmentType.text = "Rencontre PSI"
* description = "Rencontre à l'hôpital"
* supportingInformation = Reference(plan)
* start = "2026-11-20T14:00:00+01:00"
* end = "2026-11-20T15:30:00+01:00"
* participant[0] insert Attendee(monsieur-x, accepted)
* participant[1] insert Attendee(role-referent, accepted)
* participant[2] insert Attendee(role-psychiatrist, accepted)
* participant[3] insert Attendee(role-nurse, accepted)
* participant[4] insert Attendee(role-psychologist, accepted)
* participant[5] insert Attendee(role-gp, accepted)
* participant[6] insert Attendee(sister, accepted)
* participant[7] insert Attendee(colleague, accepted)
