Invariant: psi-inv-measure
Description: "An accepted or active objective says how it is measured."
Severity: #error
Expression: "(lifecycleStatus in ('accepted'|'active')) implies target.exists(measure.exists() and detail.exists())"
