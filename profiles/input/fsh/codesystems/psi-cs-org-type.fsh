CodeSystem: PsiCsOrgType
Id: psi-cs-org-type
Title: "Organisation type"
Description: "Kinds of organisation that cd-hcparty has no code for."
* ^language = #en
* ^experimental = false
* ^caseSensitive = true
* ^content = #complete
* ^valueSet = "https://psy107.example/fhir/psi/ValueSet/psi-vs-org-type"
* #psychiatric-hospital "psychiatric hospital" "Hospital for psychiatric care."
* #psychiatric-hospital insert Labels([[hôpital psychiatrique]], [[psychiatrisch ziekenhuis]], [[psychiatrisches Krankenhaus]], [[psychiatric hospital]])
* #mental-health-centre "mental health centre" "Ambulatory mental health centre."
* #mental-health-centre insert Labels([[centre (service) de santé mentale]], [[centrum voor geestelijke gezondheidszorg]], [[Zentrum für mentale Gesundheit]], [[mental health centre]])
* #mobile-team-2a "mobile crisis team" "Mobile team of function 2A."
* #mobile-team-2a insert Labels([[équipe mobile de crise]], [[mobiel crisisteam]], [[mobiles Krisenteam]], [[mobile crisis team]])
* #mobile-team-2b "mobile long-term team" "Mobile team of function 2B."
* #mobile-team-2b insert Labels([[équipe mobile long terme]], [[mobiel behandelteam]], [[mobiles Behandlungsteam]], [[mobile long-term team]])
* #network "network" "Network of services of the reform."
* #network insert Labels([[réseau]], [[netwerk]], [[Netzwerk]], [[network]])
* #association "association" "Association outside health care."
* #association insert Labels([[association]], [[vereniging]], [[Vereinigung]], [[association]])
