Extension: PsiExtSignificantPerson
Id: psi-ext-significant-person
Title: "Significant person"
Description: "Somebody who matters to the person."
Context: CarePlan
* value[x] 1..1
* value[x] only Reference(RelatedPerson or $BePractitionerRole or $BePractitioner or $BePatient)
