Instance: meeting-next
InstanceOf: PsiAppointment
Title: "Next meeting"
Description: "Within three months of the last one."
Usage: #example
* insert HabitatIdentifier(rencontre, X-RENCONTRE-2)
* status = #booked
* appointmentType = PsiCsMeetingType#re-evaluation
* appointmentType.text = "Réévaluation"
* description = "Prochaine rencontre, à l'habitation protégée"
* supportingInformation = Reference(plan)
* start = "2027-02-12T14:00:00+01:00"
* end = "2027-02-12T15:30:00+01:00"
* participant[0] insert Attendee(monsieur-x, accepted)
* participant[1] insert Attendee(role-referent, accepted)
* participant[2] insert Attendee(role-psychologist, accepted)
* participant[3] insert Attendee(role-gp, tentative)
* participant[4] insert Attendee(sister, accepted)
* participant[5] insert Attendee(colleague, needs-action)
