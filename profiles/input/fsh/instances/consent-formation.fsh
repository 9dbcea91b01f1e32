Instance: consent-formation
InstanceOf: PsiConsent
Title: "Consent for the training service"
Description: "Added later: the plan itself and nothing else."
Usage: #example
* insert HabitatIdentifier(consentement, X-CONSENTEMENT-2)
* status = #active
* insert ConsentBasics
* dateTime = "2026-11-22"
* performer = Reference(monsieur-x)
* verification.verified = true
* verification.verifiedWith = Reference(monsieur-x)
* verification.verificationDate = "2026-11-22"
* provision.provision[0] insert Permit(org-formation, 2026-11-22, 2027-06-30)
* provision.provision[0].class[0] = PsiCsDataClass#psi-core
