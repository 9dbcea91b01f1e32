Extension: PsiExtSmartReview
Id: psi-ext-smart-review
Title: "SMART review"
Description: "One of the five marks of a well-worded objective, reviewed."
Context: Goal
* extension contains
    criterion 1..1 and
    met 1..1 and
    note 0..1
* extension[criterion] ^short = "Criterion"
* extension[criterion].value[x] 1..1
* extension[criterion].value[x] only code
* extension[criterion].value[x] from PsiVsSmartCriterion (required)
* extension[met] ^short = "Whether it is met"
* extension[met].value[x] 1..1
* extension[met].value[x] only boolean
* extension[note] ^short = "Remark"
* extension[note].value[x] 1..1
* extension[note].value[x] only string
