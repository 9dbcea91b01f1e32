Extension: PsiExtActivityHelpful
Id: psi-ext-activity-helpful
Title: "Was the action helpful"
Description: "Whether the action helped, as the person sees it: yes, no or not known."
Context: CarePlan.activity
* value[x] 1..1
* value[x] only Coding
* value[x] from http://hl7.org/fhir/ValueSet/yesnodontknow (required)
