CodeSystem: PsiCsAgreement
Id: psi-cs-agreement
Title: "Agreement of the user"
Description: "What the person says to one version of the plan."
* ^language = #en
* ^experimental = false
* ^caseSensitive = true
* ^content = #complete
* ^valueSet = "https://psy107.example/fhir/psi/ValueSet/psi-vs-agreement"
* #agreed "agreed" "Agrees."
* #agreed insert Labels([[d'accord]], [[akkoord]], [[einverstanden]], [[agreed]])
* #agreed-with-reservations "agreed with reservations" "Agrees in part."
* #agreed-with-reservations insert Labels([[d'accord avec réserves]], [[akkoord met voorbehoud]], [[mit Vorbehalt einverstanden]], [[agreed with reservations]])
* #refused "refused" "Does not agree."
* #refused insert Labels([[refusé]], [[geweigerd]], [[abgelehnt]], [[refused]])
* #pending "pending" "Not asked yet, or no answer yet."
* #pending insert Labels([[en attente]], [[in afwachting]], [[ausstehend]], [[pending]])
