CodeSystem: PsiCsDataClass
Id: psi-cs-data-class
Title: "Data class"
Description: "Parts of the record that a consent opens one by one."
* ^language = #en
* ^experimental = false
* ^caseSensitive = true
* ^content = #complete
* ^valueSet = "https://psy107.example/fhir/psi/ValueSet/psi-vs-data-class"
* #psi-core "plan" "The plan, its objectives, team and meetings."
* #psi-core insert Labels([[plan]], [[plan]], [[Plan]], [[plan]])
* #contacts "contacts" "How to reach the person and the relatives."
* #contacts insert Labels([[coordonnées]], [[contactgegevens]], [[Kontaktdaten]], [[contacts]])
* #crisis "crisis" "The crisis plan."
* #crisis insert Labels([[crise]], [[crisis]], [[Krise]], [[crisis]])
* #meeting-report "meeting report" "Reports of meetings."
* #meeting-report insert Labels([[compte rendu]], [[verslag]], [[Bericht]], [[meeting report]])
* #assessment "assessment" "Evaluations and scores."
* #assessment insert Labels([[évaluation]], [[evaluatie]], [[Bewertung]], [[assessment]])
* #third-party "third-party data" "What concerns somebody else than the person."
* #third-party insert Labels([[données de tiers]], [[gegevens van derden]], [[Daten Dritter]], [[third-party data]])
* #clinical "clinical data" "Everything of the person that belongs to no other class."
* #clinical insert Labels([[données cliniques]], [[klinische gegevens]], [[klinische Daten]], [[clinical data]])
