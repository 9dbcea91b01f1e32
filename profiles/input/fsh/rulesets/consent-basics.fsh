// What every PSI consent of the example has.
RuleSet: ConsentBasics
* category = $ActCode#IDSCL
* patient = Reference(monsieur-x)
* organization = Reference(org-habitat)
* policyRule = $ActCode#OPTOUTE
* policyRule.text = "Rien n'est partagé, sauf ce qui est permis ici."
* provision.type = #deny
