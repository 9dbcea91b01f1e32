ValueSet: PsiVsParticipantRole
Id: psi-vs-participant-role
Title: "Role in the team"
Description: "Roles of participants of a PSI team."
* ^experimental = false
* include codes from system PsiCsParticipantRole
