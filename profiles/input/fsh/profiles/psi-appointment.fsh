Profile: PsiAppointment
Parent: Appointment
Id: psi-appointment
Title: "PSI meeting"
Description: "A meeting about the plan, with the person and at least two professionals. Organisations cannot be actors of an R4 Appointment: their roles take part."
* obeys psi-inv-present and psi-inv-two
* identifier MS
* status MS
* appointmentType 1..1 MS
* appointmentType from PsiVsMeetingType (extensible)
* supportingInformation MS
* supportingInformation ^short = "The plan that the meeting is about"
* start MS
* end MS
* participant MS
* participant.actor MS
* participant.actor only Reference($BePatient or $BePractitioner or $BePractitionerRole or RelatedPerson or Device or HealthcareService or Location)
