CodeSystem: PsiCsMandateNa
Id: psi-cs-mandate-na
Title: "Why no mandate"
Description: "Why a professional needs no mandate of a superior."
* ^language = #en
* ^experimental = false
* ^caseSensitive = true
* ^content = #complete
* ^valueSet = "https://psy107.example/fhir/psi/ValueSet/psi-vs-mandate-na"
* #independent "independent" "Works on their own account."
* #independent insert Labels([[indépendant]], [[zelfstandig]], [[selbstständig]], [[independent]])
* #no-superior "no superior" "Heads the service."
* #no-superior insert Labels([[sans supérieur]], [[geen leidinggevende]], [[kein Vorgesetzter]], [[no superior]])
