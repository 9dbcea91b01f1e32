Instance: consent-x-withdrawn
InstanceOf: PsiConsent
Title: "Consent of Monsieur X, withdrawn"
Description: "Twin of his consent: the same terms, no longer in force."
Usage: #example
* insert HabitatIdentifier(consentement, X-CONSENTEMENT-0)
* status = #inactive
* insert ConsentOfMonsieurX
