Invariant: psi-inv-ppi
Description: "A service plan is not the programme plan of one service."
Severity: #error
Expression: "category.coding.where(system='https://psy107.example/fhir/psi/CodeSystem/psi-cs-plan-type' and code='ppi').empty()"
