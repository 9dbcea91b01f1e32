Invariant: psi-inv-cbe
Description: "A CBE number has ten digits and the right check digits."
Severity: #error
Expression: "identifier.where(system='https://www.ehealth.fgov.be/standards/fhir/core/NamingSystem/cbe' and value.extension('https://www.ehealth.fgov.be/standards/fhir/infsec/StructureDefinition/be-ext-pseudonymization').empty()).all(value.matches('^[01][0-9]{9}$') and (97-(value.substring(0,8).toInteger() mod 97))=value.substring(8,2).toInteger())"
