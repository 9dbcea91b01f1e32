Instance: goal-home-reached
InstanceOf: PsiGoal
Title: "Goal: return home, reached"
Usage: #example
* insert GoalHome
* lifecycleStatus = #completed
* achievementStatus = $GoalAchievement#achieved
* statusDate = "2026-11-22"
* note.text = "Monsieur X est rentré chez lui."
