Extension: PsiExtStepRecord
Id: psi-ext-step-record
Title: "Step record"
Description: "A step of the plan that took place. Steps may run together and in any order."
Context: CarePlan
* extension contains
    step 1..1 and
    date 0..1 and
    by 0..*
* extension[step] ^short = "Step"
* extension[step].value[x] 1..1
* extension[step].value[x] only Coding
* extension[step].value[x] from PsiVsStep (extensible)
* extension[date] ^short = "When"
* extension[date].value[x] 1..1
* extension[date].value[x] only date
* extension[by] ^short = "Who did it"
* extension[by].value[x] 1..1
* extension[by].value[x] only Reference($BePractitionerRole or $BePractitioner or $BePatient or RelatedPerson)
