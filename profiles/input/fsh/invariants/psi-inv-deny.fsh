Invariant: psi-inv-deny
Description: "A PSI consent denies everything that it does not permit."
Severity: #error
Expression: "provision.exists(type='deny')"
