Invariant: psi-inv-full
Description: "An active plan has objectives, a team and actions."
Severity: #error
Expression: "status='active' implies (goal.exists() and careTeam.exists() and activity.exists())"
