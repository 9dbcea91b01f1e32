ValueSet: PsiVsDataClass
Id: psi-vs-data-class
Title: "Data class"
Description: "Parts of the record for Consent.provision.class."
* ^experimental = false
* include codes from system PsiCsDataClass
