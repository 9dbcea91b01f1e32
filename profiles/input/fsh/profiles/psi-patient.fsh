Profile: PsiPatient
Parent: $BePatient
Id: psi-patient
Title: "PSI patient"
Description: "The person whose plan it is: a Belgian patient whose national number, if given, has the right check digits."
* obeys psi-inv-ssin
* identifier MS
* telecom MS
* communication MS
