Extension: PsiExtMandate
Id: psi-ext-mandate
Title: "Mandate"
Description: "The mandate that a professional in the team has from a superior, or why none applies."
Context: CareTeam.participant
* extension contains
    mandatedBy 0..1 and
    organization 0..1 and
    date 0..1 and
    scope 0..* and
    acknowledged 0..1 and
    notApplicableReason 0..1
* extension[mandatedBy] ^short = "Superior who gives the mandate"
* extension[mandatedBy].value[x] 1..1
* extension[mandatedBy].value[x] only Reference($BePractitionerRole or $BePractitioner or $BeOrganization)
* extension[organization] ^short = "Organisation on behalf of which the mandate is given"
* extension[organization].value[x] 1..1
* extension[organization].value[x] only Reference($BeOrganization)
* extension[date] ^short = "When it was given"
* extension[date].value[x] 1..1
* extension[date].value[x] only date
* extension[scope] ^short = "What it covers"
* extension[scope].value[x] 1..1
* extension[scope].value[x] only CodeableConcept
* extension[scope].value[x] from PsiVsReferentDuty (extensible)
* extension[acknowledged] ^short = "The professional knows what the mandate implies"
* extension[acknowledged].value[x] 1..1
* extension[acknowledged].value[x] only boolean
* extension[notApplicableReason] ^short = "Why no mandate applies"
* extension[notApplicableReason].value[x] 1..1
* extension[notApplicableReason].value[x] only code
* extension[notApplicableReason].value[x] from PsiVsMandateNa (required)
