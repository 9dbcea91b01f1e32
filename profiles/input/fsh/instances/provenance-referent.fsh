Instance: provenance-referent
InstanceOf: Provenance
Title: "Why the referent changed"
Usage: #example
* target = Reference(team)
* occurredDateTime = "2026-10-01"
* recorded = "2026-10-01T09:30:00+02:00"
* reason = $ActReason#TREAT
* reason.text = "Monsieur X habite maintenant à l'habitation protégée et demande que l'assistant social soit son référent."
* agent[0].type = http://terminology.hl7.org/CodeSystem/provenance-participant-type#author
* agent[0].type.text = "Auteur du changement"
* agent[0].who = Reference(role-referent)
* agent[0].onBehalfOf = Reference(org-habitat)
* agent[1].type = http://terminology.hl7.org/CodeSystem/provenance-participant-type#informant
* agent[1].type.text = "D'accord avec le changement"
* agent[1].who = Reference(monsieur-x)
* entity.role = #revision
* entity.what = Reference(team-v1)
