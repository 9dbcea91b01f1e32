// The consent of a relative: for the data about that relative, to the partners of the plan.
RuleSet: ConsentOfRelative(relative)
* insert ConsentBasics
* dateTime = "2026-11-20"
* performer = Reference({relative})
* verification.verified = true
* verification.verifiedWith = Reference({relative})
* verification.verificationDate = "2026-11-20"
* provision.provision[0] insert Permit(org-habitat, 2026-11-20, 2027-11-20)
* provision.provision[0].actor[1].role = $ParticipationType#IRCP
* provision.provision[0].actor[1].reference = Reference(org-ssm)
* provision.provision[0].actor[2].role = $ParticipationType#IRCP
* provision.provision[0].actor[2].reference = Reference(org-hopital)
* provision.provision[0].data.meaning = #instance
* provision.provision[0].data.reference = Reference({relative})
