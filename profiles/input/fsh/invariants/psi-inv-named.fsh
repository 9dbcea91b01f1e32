Invariant: psi-inv-named
Description: "A permit names who may see what, for which purpose and until when."
Severity: #error
Expression: "provision.provision.where(type='permit').all(actor.reference.exists() and period.end.exists() and purpose.exists() and (class.exists() or data.exists()))"
