ValueSet: PsiVsMandateNa
Id: psi-vs-mandate-na
Title: "Why no mandate"
Description: "Reasons why a mandate does not apply."
* ^experimental = false
* include codes from system PsiCsMandateNa
