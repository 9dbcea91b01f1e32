Invariant: psi-inv-due
Description: "An accepted or active objective has a date."
Severity: #error
Expression: "(lifecycleStatus in ('accepted'|'active')) implies target.exists(due.exists())"
