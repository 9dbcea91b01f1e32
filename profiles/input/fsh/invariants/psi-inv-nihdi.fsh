Invariant: psi-inv-nihdi
Description: "A NIHDI number has eight or eleven digits and the right check digits."
Severity: #error
Expression: "identifier.where(system='https://www.ehealth.fgov.be/standards/fhir/core/NamingSystem/nihdi' and value.extension('https://www.ehealth.fgov.be/standards/fhir/infsec/StructureDefinition/be-ext-pseudonymization').empty()).all(value.matches('^([0-9]{8}|[0-9]{11})$') and ((97-(value.substring(0,6).toInteger() mod 97))=value.substring(6,2).toInteger() or (89-(value.substring(0,6).toInteger() mod 89))=value.substring(6,2).toInteger()))"
