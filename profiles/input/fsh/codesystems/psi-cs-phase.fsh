CodeSystem: PsiCsPhase
Id: psi-cs-phase
Title: "Phase of the plan"
Description: "Before, during or after the making of the plan."
* ^language = #en
* ^experimental = false
* ^caseSensitive = true
* ^content = #complete
* ^valueSet = "https://psy107.example/fhir/psi/ValueSet/psi-vs-phase"
* #before "before" "Before the plan is made."
* #before insert Labels([[avant]], [[vóór]], [[vor]], [[before]])
* #during "during" "While the plan is made."
* #during insert Labels([[pendant]], [[tijdens]], [[während]], [[during]])
* #after "after" "Once the plan is made."
* #after insert Labels([[après]], [[na]], [[nach]], [[after]])
