ValueSet: PsiVsLifeDomain
Id: psi-vs-life-domain
Title: "Life domain"
Description: "Spheres of life."
* ^experimental = false
* include codes from system PsiCsLifeDomain
