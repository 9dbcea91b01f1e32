CodeSystem: PsiCsLifeDomain
Id: psi-cs-life-domain
Title: "Life domain"
Description: "Spheres of life that an objective touches."
* ^language = #en
* ^experimental = false
* ^caseSensitive = true
* ^content = #complete
* ^valueSet = "https://psy107.example/fhir/psi/ValueSet/psi-vs-life-domain"
* #housing "housing" "Where and how one lives."
* #housing insert Labels([[logement]], [[wonen]], [[Wohnen]], [[housing]])
* #work "work" "Paid or voluntary work."
* #work insert Labels([[emploi]], [[werk]], [[Arbeit]], [[work]])
* #training "training" "School, courses, training."
* #training insert Labels([[formation]], [[opleiding]], [[Ausbildung]], [[training]])
* #family "family" "Family life."
* #family insert Labels([[famille]], [[familie]], [[Familie]], [[family]])
* #social "social life" "Friends, neighbours, community."
* #social insert Labels([[vie sociale]], [[sociaal leven]], [[soziales Leben]], [[social life]])
* #health "health" "Mental and physical health."
* #health insert Labels([[santé]], [[gezondheid]], [[Gesundheit]], [[health]])
* #finances "finances" "Income, debts, administration."
* #finances insert Labels([[finances]], [[financiën]], [[Finanzen]], [[finances]])
* #leisure "leisure" "What one likes to do."
* #leisure insert Labels([[loisirs]], [[vrije tijd]], [[Freizeit]], [[leisure]])
