// What the active and the revised plan have in common.
RuleSet: PlanOfMonsieurX
* insert HabitatIdentifier(plan, X-PSI)
* status = #active
* category[psi].text = "Plan de services individualisé"
* title = "Mon plan"
* description = "Je voudrais retrouver mon logement, m'entendre avec ma sœur et faire de mon bénévolat un vrai travail."
* subject = Reference(monsieur-x)
* period.start = "2026-11-20"
* period.end = "2027-11-20"
* created = "2026-09-15"
* author = Reference(monsieur-x)
* contributor[0] = Reference(role-referent)
* contributor[1] = Reference(role-psychologist)
* contributor[2] = Reference(role-psychiatrist)
* contributor[3] = Reference(sister)
* careTeam = Reference(team)
* supportingInfo = Reference(meeting-report)
* extension[initiator].valueReference = Reference(role-psychologist)
* extension[involvementPreference].extension[self].valueBoolean = true
* extension[involvementPreference].extension[relatives].valueBoolean = true
* extension[leafletGiven].extension[date].valueDate = "2026-09-15"
* extension[lifeProject].valueString = "Travailler dans un bureau, comme à l'association."
* extension[strength].valueString = "Je m'entends bien avec mes collègues."
* extension[userView].valueString = "La dispute venait d'un malentendu. Je veux rentrer chez moi."
* extension[pace].valueString = "Une chose à la fois."
* extension[significantPerson].valueReference = Reference(sister)
* extension[lastMeeting].valueDate = "2026-11-20"
* extension[nextReview].valueDate = "2027-02-12"
* extension[stepRecord][0] insert Step(initiate, 2026-09-15, role-psychologist)
* extension[stepRecord][1] insert Step(prepare, 2026-11-12, role-referent)
* extension[stepRecord][2] insert Step(share, 2026-11-20, role-referent)
* extension[stepRecord][3] insert Step(set-goals, 2026-11-20, role-referent)
* extension[stepRecord][4] insert Step(plan-actions, 2026-11-20, role-referent)
