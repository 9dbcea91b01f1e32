/** Issues as the resource that FHIR clients read. https://hl7.org/fhir/R4/operationoutcome.html */
import type { Issue } from './fhir-error.ts'
import type { Resource } from './resource.ts'

export const operationOutcome = (issues: readonly Issue[]): Resource => ({
  resourceType: 'OperationOutcome',
  issue: issues.map(({ severity, code, diagnostics, expression, text }) => ({
    severity,
    code,
    ...(text !== undefined && { details: { text } }),
    diagnostics,
    ...(expression !== undefined && { expression: [expression] })
  }))
})
