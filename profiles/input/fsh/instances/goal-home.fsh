Instance: goal-home
InstanceOf: PsiGoal
Title: "Goal: return home"
Usage: #example
* insert GoalHome
* lifecycleStatus = #active
* achievementStatus = $GoalAchievement#in-progress
