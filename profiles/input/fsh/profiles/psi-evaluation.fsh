Profile: PsiEvaluation
Parent: Observation
Id: psi-evaluation
Title: "PSI evaluation"
Description: "What the plan brought, by one of the four expected gains."
* identifier MS
* status MS
* category MS
* code MS
* code from PsiVsGain (required)
* subject 1..1 MS
* subject only Reference($BePatient)
* focus MS
* focus ^short = "The plan or the objective that is evaluated"
* effective[x] 1..1 MS
* performer 1..* MS
* value[x] 1..1 MS
* value[x] only Quantity or CodeableConcept or string or integer
