CodeSystem: PsiCsSmartCriterion
Id: psi-cs-smart-criterion
Title: "SMART criterion"
Description: "The five marks of a well-worded objective."
* ^language = #en
* ^experimental = false
* ^caseSensitive = true
* ^content = #complete
* ^valueSet = "https://psy107.example/fhir/psi/ValueSet/psi-vs-smart-criterion"
* #specific "specific" "Says what exactly."
* #specific insert Labels([[spécifique]], [[specifiek]], [[spezifisch]], [[specific]])
* #measurable "measurable" "One can tell whether it is reached."
* #measurable insert Labels([[mesurable]], [[meetbaar]], [[messbar]], [[measurable]])
* #attainable "attainable" "Within reach of the person."
* #attainable insert Labels([[accessible]], [[bereikbaar]], [[erreichbar]], [[attainable]])
* #realistic "realistic" "Fits the means at hand."
* #realistic insert Labels([[réaliste]], [[realistisch]], [[realistisch]], [[realistic]])
* #time-bound "time-bound" "Has a date."
* #time-bound insert Labels([[temporellement défini]], [[tijdgebonden]], [[terminiert]], [[time-bound]])
