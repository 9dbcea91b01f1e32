// All parts of the plan.
RuleSet: WholePlan
* class[0] = PsiCsDataClass#psi-core
* class[1] = PsiCsDataClass#contacts
* class[2] = PsiCsDataClass#crisis
* class[3] = PsiCsDataClass#meeting-report
* class[4] = PsiCsDataClass#assessment
* class[5] = PsiCsDataClass#third-party
