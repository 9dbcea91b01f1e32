Instance: team-v1
InstanceOf: PsiCareTeam
Title: "Team, first version"
Description: "The psychologist, who initiated the plan, is the referent for a start."
Usage: #example
* insert HabitatIdentifier(equipe, X-EQUIPE)
* insert TeamOfMonsieurX
* participant[0] insert Member(user, monsieur-x)
* participant[1] insert ChosenMember(referent, role-psychologist)
* participant[1].period.start = "2026-09-15"
* participant[1] insert Mandated(role-ssm-director, org-ssm, 2026-09-14)
* participant[2] insert ChosenMember(partner, role-gp)
* participant[2] insert NoMandate(independent)
* participant[3] insert ChosenMember(partner, role-referent)
* participant[3] insert Mandated(role-superior, org-habitat, 2026-09-14)
