Profile: PsiConsent
Parent: Consent
Id: psi-consent
Title: "PSI consent"
Description: "What one person agrees to share: denies everything and permits, partner by partner, parts of the record for a purpose and a time. Withdrawn by status inactive."
* obeys psi-inv-deny and psi-inv-typed and psi-inv-named and psi-inv-max
* identifier MS
* status MS
* status ^short = "A withdrawn consent is inactive"
* scope = $ConsentScope#patient-privacy
* category MS
* patient 1..1 MS
* patient only Reference($BePatient)
* dateTime 1..1 MS
* performer 1..* MS
* performer only Reference($BePatient or RelatedPerson)
* performer ^short = "Who consents: the person, or a relative for what concerns that relative"
* organization only Reference($BeOrganization)
* source[x] MS
* policyRule 1..1 MS
* verification MS
* verification.verifiedWith only Reference($BePatient or RelatedPerson)
* provision 1..1 MS
* provision.type 1..1 MS
* provision.type ^short = "deny: what no nested provision permits stays closed"
* provision.actor.reference only Reference(Device or Group or CareTeam or $BeOrganization or $BePatient or $BePractitioner or RelatedPerson or $BePractitionerRole)
* provision.provision MS
