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
* parameter[0].min = 0
* parameter[0].max = "1"
* parameter[0].documentation = "X-Request-Id of the answer. Clients may choose it, so several requests may have the same."
* parameter[0].type = #string
* parameter[1].name = #event
* parameter[1].use = #in
* parameter[1].min = 0
* parameter[1].max = "1"
* parameter[1].documentation = "AuditEvent/[id] of one request; it or request is needed."
* parameter[1].type = #string
* parameter[2].name = #organization
* parameter[2].use = #in
* parameter[2].min = 0
* parameter[2].max = "1"
* parameter[2].documentation = "Organization/[id]: only requests of its clients."
* parameter[2].type = #string
* parameter[3].name = #return
* parameter[3].use = #out
* parameter[3].min = 1
* parameter[3].max = "1"
* parameter[3].documentation = "How many entries of the journal fit, and of the twenty newest each an explanation: the request, and per patient each step with its reason."
* parameter[3].type = #Parameters
