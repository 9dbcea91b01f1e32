Instance: explain
InstanceOf: OperationDefinition
Title: "Why a request saw what it saw"
Description: "For an operator: the steps of the decision on a request that is in the journal."
Usage: #definition
* url = "https://psy107.example/fhir/psi/OperationDefinition/explain"
* version = "0.1.0"
* name = "Explain"
* status = #active
* kind = #operation
* code = #explain
* description = "Token, scope, care relation and consent, one by one, for the patients that the request touched or named. Only for clients with the right operator."
* affectsState = false
* system = true
* type = false
* instance = false
* parameter[0].name = #request
* parameter[0].use = #in
* parameter[0].min = 1
* parameter[0].max = "1"
* parameter[0].documentation = "X-Request-Id of the answer."
* parameter[0].type = #string
* parameter[1].name = #return
* parameter[1].use = #out
* parameter[1].min = 1
* parameter[1].max = "1"
* parameter[1].documentation = "The request, and per patient each step with its reason."
* parameter[1].type = #Parameters
