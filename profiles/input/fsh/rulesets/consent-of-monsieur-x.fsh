// The terms of the consent of Monsieur X.
RuleSet: ConsentOfMonsieurX
* insert ConsentBasics
* dateTime = "2026-11-20"
* performer = Reference(monsieur-x)
* verification.verified = true
* verification.verifiedWith = Reference(monsieur-x)
* verification.verificationDate = "2026-11-20"
* provision.provision[0] insert Permit(org-ssm, 2026-11-20, 2027-11-20)
* provision.provision[0] insert WholePlan
* provision.provision[1] insert Permit(org-hopital, 2026-11-20, 2027-11-20)
* provision.provision[1] insert WholePlan
* provision.provision[2] insert Permit(org-habitat, 2026-11-20, 2027-11-20)
* provision.provision[2] insert WholePlan
* provision.provision[3] insert Permit(role-gp, 2026-11-20, 2027-11-20)
* provision.provision[3].class[0] = PsiCsDataClass#psi-core
* provision.provision[3].class[1] = PsiCsDataClass#contacts
* provision.provision[3].class[2] = PsiCsDataClass#crisis
* provision.provision[3].class[3] = PsiCsDataClass#meeting-report
* provision.provision[4] insert Permit(sister, 2026-11-20, 2027-11-20)
* provision.provision[4].actor[1].role = $ParticipationType#IRCP
* provision.provision[4].actor[1].reference = Reference(colleague)
* provision.provision[4].class[0] = PsiCsDataClass#meeting-report
* provision.provision[5].type = #permit
* provision.provision[5].period.start = "2026-11-20"
* provision.provision[5].period.end = "2027-11-20"
* provision.provision[5].actor.role = $ParticipationType#IRCP
* provision.provision[5].actor.reference = Reference(org-reseau)
* provision.provision[5].action = http://terminology.hl7.org/CodeSystem/consentaction#access
* provision.provision[5].purpose = $ActReason#HOPERAT
* provision.provision[5].class[0] = PsiCsDataClass#psi-core
