Invariant: psi-inv-ssin
Description: "A Belgian national number has eleven digits and the right check digits."
Severity: #error
Expression: "identifier.where(system='https://www.ehealth.fgov.be/standards/fhir/core/NamingSystem/ssin' and value.extension('https://www.ehealth.fgov.be/standards/fhir/infsec/StructureDefinition/be-ext-pseudonymization').empty()).all(value.matches('^[0-9]{11}$') and ((97-(value.substring(0,9).toInteger() mod 97))=value.substring(9,2).toInteger() or (97-(((value.substring(0,9).toInteger() mod 97)+68) mod 97))=value.substring(9,2).toInteger()))"
