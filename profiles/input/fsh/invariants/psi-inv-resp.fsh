Invariant: psi-inv-resp
Description: "Every action names who is responsible."
Severity: #error
Expression: "activity.detail.where(status!='cancelled').all(performer.exists())"
