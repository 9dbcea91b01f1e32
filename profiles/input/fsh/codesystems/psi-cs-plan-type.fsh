CodeSystem: PsiCsPlanType
Id: psi-cs-plan-type
Title: "Plan type"
Description: "Kinds of plan around one person."
* ^language = #en
* ^experimental = false
* ^caseSensitive = true
* ^content = #complete
* ^valueSet = "https://psy107.example/fhir/psi/ValueSet/psi-vs-plan-type"
* #psi "individualised service plan" "Brings together the services of several organisations around the person; never replaces their own programme plans."
* #psi insert Labels([[plan de services individualisé]], [[individueel dienstverleningsplan]], [[individueller Dienstleistungsplan]], [[individualised service plan]])
* #ppi "individualised programme plan" "Internal tool of one single service."
* #ppi insert Labels([[plan de programme individualisé]], [[individueel programmaplan]], [[individueller Programmplan]], [[individualised programme plan]])
* #crisis-plan "crisis plan" "What the person wants to happen, and who to call, when things go wrong."
* #crisis-plan insert Labels([[plan de crise]], [[crisisplan]], [[Krisenplan]], [[crisis plan]])
* #concertation-plan "support plan" "Plan drawn up under the funded concertation around the psychiatric patient."
* #concertation-plan insert Labels([[plan d'accompagnement]], [[begeleidingsplan]], [[Begleitplan]], [[support plan]])
