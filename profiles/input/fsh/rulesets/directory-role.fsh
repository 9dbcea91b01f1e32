// An entry of the directory: its local identifier and the person who holds the role.
RuleSet: DirectoryRole(value, practitioner)
* identifier.system = "https://psy107.example/directory/role"
* identifier.value = "{value}"
* active = true
* practitioner = Reference({practitioner})
