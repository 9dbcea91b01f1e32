Instance: consent-x
InstanceOf: PsiConsent
Title: "Consent of Monsieur X"
Description: "Opens the plan to the sheltered housing, the mental health centre and the hospital, a part of it to the general practitioner and the meeting reports to sister and colleague; the network may count."
Usage: #example
* insert HabitatIdentifier(consentement, X-CONSENTEMENT-1)
* status = #active
* insert ConsentOfMonsieurX
