Extension: PsiExtInvolvementPreference
Id: psi-ext-involvement-preference
Title: "Involvement preference"
Description: "Whether the person wishes to be involved, and to involve relatives."
Context: CarePlan
* extension contains
    self 1..1 and
    relatives 0..1
* extension[self] ^short = "Wishes to be involved"
* extension[self].value[x] 1..1
* extension[self].value[x] only boolean
* extension[relatives] ^short = "Wishes to involve relatives"
* extension[relatives].value[x] 1..1
* extension[relatives].value[x] only boolean
