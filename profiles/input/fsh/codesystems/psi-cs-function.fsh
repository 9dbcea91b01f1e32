CodeSystem: PsiCsFunction
Id: psi-cs-function
Title: "Function of the reform"
Description: "The five functions of the Belgian mental health reform."
* ^language = #en
* ^experimental = false
* ^caseSensitive = true
* ^content = #complete
* ^valueSet = "https://psy107.example/fhir/psi/ValueSet/psi-vs-function"
* #f1 "function 1" "Prevention, promotion, early detection."
* #f1 insert Labels([[fonction 1]], [[functie 1]], [[Funktion 1]], [[function 1]])
* #f2 "function 2" "Mobile teams."
* #f2 insert Labels([[fonction 2]], [[functie 2]], [[Funktion 2]], [[function 2]])
* #f2a "function 2A" "Mobile crisis team."
* #f2a insert Labels([[fonction 2A]], [[functie 2A]], [[Funktion 2A]], [[function 2A]])
* #f2b "function 2B" "Mobile long-term team."
* #f2b insert Labels([[fonction 2B]], [[functie 2B]], [[Funktion 2B]], [[function 2B]])
* #f3 "function 3" "Rehabilitation and work."
* #f3 insert Labels([[fonction 3]], [[functie 3]], [[Funktion 3]], [[function 3]])
* #f4 "function 4" "Intensive residential treatment."
* #f4 insert Labels([[fonction 4]], [[functie 4]], [[Funktion 4]], [[function 4]])
* #f5 "function 5" "Specific housing."
* #f5 insert Labels([[fonction 5]], [[functie 5]], [[Funktion 5]], [[function 5]])
