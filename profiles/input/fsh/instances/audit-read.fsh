Instance: audit-read
InstanceOf: AuditEvent
Title: "The mental health centre read the plan"
Usage: #example
* type = http://terminology.hl7.org/CodeSystem/audit-event-type#rest
* subtype = http://hl7.org/fhir/restful-interaction#read
* action = #R
* recorded = "2026-11-22T10:15:00.000+01:00"
* outcome = #0
* purposeOfEvent = $ActReason#TREAT
* agent.type = $ParticipationType#IRCP
* agent.who = Reference(org-ssm)
* agent.requestor = true
* agent.purposeOfUse = $ActReason#TREAT
* source.observer = Reference(org-reseau)
* entity[0].what = Reference(monsieur-x)
* entity[0].type = http://terminology.hl7.org/CodeSystem/audit-entity-type#1
* entity[0].role = http://terminology.hl7.org/CodeSystem/object-role#1
* entity[1].what = Reference(plan)
* entity[1].type = http://terminology.hl7.org/CodeSystem/audit-entity-type#2
* entity[1].role = http://terminology.hl7.org/CodeSystem/object-role#4
