Instance: team
InstanceOf: PsiCareTeam
Title: "Team, second version"
Description: "The referent has changed: the social worker since 1 October. After the admission, the hospital, the sister and a colleague joined."
Usage: #example
* insert HabitatIdentifier(equipe, X-EQUIPE)
* insert TeamOfMonsieurX
* participant[0] insert Member(user, monsieur-x)
* participant[1] insert ChosenMember(referent, role-psychologist)
* participant[1].period.start = "2026-09-15"
* participant[1].period.end = "2026-09-30"
* participant[1] insert Mandated(role-ssm-director, org-ssm, 2026-09-14)
* participant[2] insert ChosenMember(referent, role-referent)
* participant[2].role[0].coding[1] = $HCPARTY#perssocialworker
* participant[2].period.start = "2026-10-01"
* participant[2] insert Mandated(role-superior, org-habitat, 2026-09-28)
* participant[2].extension[mandate].extension[scope][0].valueCodeableConcept = PsiCsReferentDuty#activate-network
* participant[2].extension[mandate].extension[scope][1].valueCodeableConcept = PsiCsReferentDuty#link
* participant[2].extension[mandate].extension[scope][2].valueCodeableConcept = PsiCsReferentDuty#follow-up
* participant[2].extension[mandate].extension[scope][3].valueCodeableConcept = PsiCsReferentDuty#concertation
* participant[3] insert ChosenMember(partner, role-psychologist)
* participant[3].period.start = "2026-10-01"
* participant[3] insert Mandated(role-ssm-director, org-ssm, 2026-09-28)
* participant[4] insert ChosenMember(partner, role-psychiatrist)
* participant[4].period.start = "2026-11-09"
* participant[4] insert NoMandate(no-superior)
* participant[5] insert ChosenMember(partner, role-nurse)
* participant[5].period.start = "2026-11-09"
* participant[5] insert Mandated(role-psychiatrist, org-hopital, 2026-11-09)
* participant[6] insert ChosenMember(partner, role-gp)
* participant[6] insert NoMandate(independent)
* participant[7] insert ChosenMember(relative, sister)
* participant[8] insert ChosenMember(relative, colleague)
