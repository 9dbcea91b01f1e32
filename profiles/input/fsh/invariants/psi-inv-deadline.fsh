Invariant: psi-inv-deadline
Description: "Every action has a deadline."
Severity: #error
Expression: "activity.detail.where(status!='cancelled').all(scheduled.ofType(Period).end.exists() or scheduled.ofType(Timing).repeat.bounds.exists())"
