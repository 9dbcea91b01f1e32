Profile: PsiRelatedPerson
Parent: RelatedPerson
Id: psi-related-person
Title: "PSI related person"
Description: "A relative, friend or colleague whom the person chose to involve."
* obeys psi-inv-ssin
* identifier MS
* active MS
* patient only Reference($BePatient)
* relationship 1..* MS
* name 1..* MS
* telecom MS
* address only $BeAddress
* communication MS
