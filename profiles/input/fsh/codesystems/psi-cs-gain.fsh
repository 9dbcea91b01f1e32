CodeSystem: PsiCsGain
Id: psi-cs-gain
Title: "Expected gain"
Description: "Four gains that a plan is expected to bring."
* ^language = #en
* ^experimental = false
* ^caseSensitive = true
* ^content = #complete
* ^valueSet = "https://psy107.example/fhir/psi/ValueSet/psi-vs-gain"
* #satisfaction "satisfaction" "Satisfaction of the person and of relatives."
* #satisfaction insert Labels([[satisfaction]], [[tevredenheid]], [[Zufriedenheit]], [[satisfaction]])
* #individual-adaptation "individual adaptation" "Care offer adapted to the person."
* #individual-adaptation insert Labels([[adaptation individualisée]], [[individuele aanpassing]], [[individuelle Anpassung]], [[individual adaptation]])
* #motivation "efficiency and motivation" "Efficiency and motivation of professionals."
* #motivation insert Labels([[rentabilité et motivation]], [[rendement en motivatie]], [[Rentabilität und Motivation]], [[efficiency and motivation]])
* #cost "cost rationalisation" "Fewer and shorter admissions, fewer emergency visits."
* #cost insert Labels([[rationalisation des coûts]], [[kostenbeheersing]], [[Kostenrationalisierung]], [[cost rationalisation]])
