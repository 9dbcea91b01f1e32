/**
 * What a `$operation` is to the routes table and to the CapabilityStatement.
 * https://hl7.org/fhir/R4/operations.html
 */
import type { ScopeAction } from '../auth/caller.ts'
import type { ResourceType } from '../fhir/resource.ts'
import type { Interaction } from '../exchange/context.ts'

export interface Operation {
  /** With its dollar: `$caseload`. */
  readonly name: string
  readonly level: 'system' | 'type' | 'instance'
  /** Empty at system level. */
  readonly types: readonly ResourceType[]
  readonly method: 'GET' | 'POST'
  /** Types and letters that the token must cover, besides what the operation reads inside. */
  readonly scope: readonly (readonly [ResourceType, ScopeAction])[]
  readonly definition: string
  readonly run: Interaction
}
