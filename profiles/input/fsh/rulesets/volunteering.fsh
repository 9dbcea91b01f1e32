// The voluntary work.
RuleSet: Volunteering
* detail.code.text = "Bien-être"
* insert Action([[Continuer mon volontariat au secrétariat de l'association.]], 2026-11-30, 2027-02-12, goal-training)
* detail.performer[0] = Reference(monsieur-x)
* detail.performer[1] = Reference(colleague)
