Invariant: psi-inv-typed
Description: "Every nested provision says whether it permits or denies."
Severity: #error
Expression: "provision.provision.all(type.exists())"
