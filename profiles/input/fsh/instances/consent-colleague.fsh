Instance: consent-colleague
InstanceOf: PsiConsent
Title: "Consent of the colleague"
Description: "For what concerns herself in the record of Monsieur X."
Usage: #example
* insert HabitatIdentifier(consentement, X-CONSENTEMENT-COLLEGUE)
* status = #active
* insert ConsentOfRelative(colleague)
