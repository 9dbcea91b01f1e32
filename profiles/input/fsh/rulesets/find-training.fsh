// The search for training.
RuleSet: FindTraining
* insert Action([[Chercher une formation dans le secteur tertiaire.]], 2026-11-23, 2027-02-10, goal-training)
* detail.performer[0] = Reference(role-referent)
* detail.performer[1] = Reference(monsieur-x)
