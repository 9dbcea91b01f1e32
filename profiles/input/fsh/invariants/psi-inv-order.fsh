Invariant: psi-inv-order
Description: "An objective is not due before it starts."
Severity: #error
Expression: "(start.ofType(date).exists() and target.due.ofType(date).exists()) implies target.due.ofType(date).all($this >= %resource.start.ofType(date))"
