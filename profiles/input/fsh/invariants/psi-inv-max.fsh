Invariant: psi-inv-max
Description: "A permit lasts twelve months at most."
Severity: #warning
Expression: "provision.provision.where(type='permit').all(period.end <= period.start + 12 months)"
