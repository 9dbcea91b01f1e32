// What both versions of the team have.
RuleSet: TeamOfMonsieurX
* status = #active
* category = PsiCsFunction#f5
* name = "Équipe de Monsieur X"
* subject = Reference(monsieur-x)
* period.start = "2026-09-15"
* managingOrganization = Reference(org-habitat)
