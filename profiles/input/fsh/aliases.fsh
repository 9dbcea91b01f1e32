// Belgian parents
Alias: $BePatient = https://www.ehealth.fgov.be/standards/fhir/core/StructureDefinition/be-patient
Alias: $BePractitioner = https://www.ehealth.fgov.be/standards/fhir/core/StructureDefinition/be-practitioner
Alias: $BePractitionerRole = https://www.ehealth.fgov.be/standards/fhir/core/StructureDefinition/be-practitionerrole
Alias: $BeOrganization = https://www.ehealth.fgov.be/standards/fhir/core/StructureDefinition/be-organization
Alias: $BeDocumentReference = https://www.ehealth.fgov.be/standards/fhir/core/StructureDefinition/be-documentreference
Alias: $BeCarePlan = https://www.ehealth.fgov.be/standards/fhir/patient-care/StructureDefinition/be-care-plan
Alias: $BeCareTeam = https://www.ehealth.fgov.be/standards/fhir/patient-care/StructureDefinition/be-careteam
Alias: $BeAddress = https://www.ehealth.fgov.be/standards/fhir/core/StructureDefinition/be-address
Alias: $BeGoal = https://www.ehealth.fgov.be/standards/fhir/patient-care/StructureDefinition/be-goal

// Belgian naming systems and codes
Alias: $SSIN = https://www.ehealth.fgov.be/standards/fhir/core/NamingSystem/ssin
Alias: $NIHDI = https://www.ehealth.fgov.be/standards/fhir/core/NamingSystem/nihdi
Alias: $CBE = https://www.ehealth.fgov.be/standards/fhir/core/NamingSystem/cbe
Alias: $HCPARTY = https://www.ehealth.fgov.be/standards/fhir/core/CodeSystem/cd-hcparty

// HL7
Alias: $ActReason = http://terminology.hl7.org/CodeSystem/v3-ActReason
Alias: $ActCode = http://terminology.hl7.org/CodeSystem/v3-ActCode
Alias: $RoleCode = http://terminology.hl7.org/CodeSystem/v3-RoleCode
Alias: $ParticipationType = http://terminology.hl7.org/CodeSystem/v3-ParticipationType
Alias: $ConsentScope = http://terminology.hl7.org/CodeSystem/consentscope
Alias: $ObservationCategory = http://terminology.hl7.org/CodeSystem/observation-category
Alias: $GoalAchievement = http://terminology.hl7.org/CodeSystem/goal-achievement
Alias: $YesNo = http://terminology.hl7.org/CodeSystem/v2-0136
Alias: $DataAbsentReason = http://terminology.hl7.org/CodeSystem/data-absent-reason
Alias: $Translation = http://hl7.org/fhir/StructureDefinition/translation
