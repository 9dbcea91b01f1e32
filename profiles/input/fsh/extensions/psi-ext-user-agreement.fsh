Extension: PsiExtUserAgreement
Id: psi-ext-user-agreement
Title: "Agreement of the user"
Description: "What the person says to this version of the plan; renewed on each revision."
Context: CarePlan
* extension contains
    agreement 1..1 and
    date 0..1 and
    satisfaction 0..1 and
    note 0..1
* extension[agreement] ^short = "Agreement"
* extension[agreement].value[x] 1..1
* extension[agreement].value[x] only code
* extension[agreement].value[x] from PsiVsAgreement (required)
* extension[date] ^short = "When it was given"
* extension[date].value[x] 1..1
* extension[date].value[x] only date
* extension[satisfaction] ^short = "Satisfaction, from 0 (none) to 10"
* extension[satisfaction].value[x] 1..1
* extension[satisfaction].value[x] only integer
* extension[satisfaction].value[x] ^minValueInteger = 0
* extension[satisfaction].value[x] ^maxValueInteger = 10
* extension[note] ^short = "In the words of the person"
* extension[note].value[x] 1..1
* extension[note].value[x] only string
