Instance: consent-sister
InstanceOf: PsiConsent
Title: "Consent of the sister"
Description: "For what concerns herself in the record of her brother."
Usage: #example
* insert HabitatIdentifier(consentement, X-CONSENTEMENT-SOEUR)
* status = #active
* insert ConsentOfRelative(sister)
