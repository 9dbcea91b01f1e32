Profile: PsiMeetingReport
Parent: $BeDocumentReference
Id: psi-meeting-report
Title: "PSI meeting report"
Description: "Report of a meeting about the plan, that each partner may read as consent allows."
* identifier MS
* category 1..*
* category ^slicing.discriminator.type = #pattern
* category ^slicing.discriminator.path = "$this"
* category ^slicing.rules = #open
* category contains report 1..1 MS
* category[report] = PsiCsDataClass#meeting-report
* date 1..1 MS
* content.attachment.language 1..1 MS
* content.attachment.title MS
* context 1..1 MS
* context.related 1..* MS
* context.related only Reference($BeCarePlan or Appointment)
* context.related ^short = "The plan and the meeting"
