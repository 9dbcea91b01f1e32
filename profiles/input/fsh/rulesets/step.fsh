// A step that took place.
RuleSet: Step(step, date, by)
* extension[step].valueCoding = PsiCsStep#{step}
* extension[date].valueDate = "{date}"
* extension[by].valueReference = Reference({by})
