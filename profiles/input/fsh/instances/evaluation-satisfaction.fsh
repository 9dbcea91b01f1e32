Instance: evaluation-satisfaction
InstanceOf: PsiEvaluation
Title: "Satisfaction of Monsieur X"
Usage: #example
* identifier.system = "https://hopital.psy107.example/id/evaluation"
* identifier.value = "X-SORTIE-3"
* status = #final
* category = $ObservationCategory#survey
* code = PsiCsGain#satisfaction
* code.text = "Satisfaction"
* subject = Reference(monsieur-x)
* focus = Reference(plan-revised)
* effectiveDateTime = "2026-11-22"
* performer = Reference(monsieur-x)
* valueInteger = 8
