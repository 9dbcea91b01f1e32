Extension: PsiExtInitiator
Id: psi-ext-initiator
Title: "Initiator"
Description: "Who proposed the plan; not necessarily the referent."
Context: CarePlan
* value[x] 1..1
* value[x] only Reference($BePractitionerRole or $BePractitioner or $BeOrganization or $BePatient or RelatedPerson)
