Profile: PsiCareTeam
Parent: $BeCareTeam
Id: psi-careteam
Title: "PSI care team"
Description: "Those whom the person chose to involve, with exactly one referent; every professional mandated by a superior."
* obeys psi-inv-referent and psi-inv-ref-prof and psi-inv-mandate and psi-inv-user and psi-inv-chosen
* category from PsiVsFunction (preferred)
* subject 1..1 MS
* subject only Reference($BePatient)
* participant 1..*
* participant.extension contains
    PsiExtMandate named mandate 0..1 MS and
    PsiExtChosenByUser named chosenByUser 0..1 MS
* participant.role MS
* participant.role from PsiVsParticipantRole (extensible)
* participant.member MS
* participant.period MS
* managingOrganization MS
