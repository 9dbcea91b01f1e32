// An identifier of the sheltered housing's own record system.
RuleSet: HabitatIdentifier(kind, value)
* identifier.system = "https://habitat.psy107.example/id/{kind}"
* identifier.value = "{value}"
