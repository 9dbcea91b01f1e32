ValueSet: PsiVsMeetingType
Id: psi-vs-meeting-type
Title: "Meeting type"
Description: "Kinds of meeting."
* ^experimental = false
* include codes from system PsiCsMeetingType
