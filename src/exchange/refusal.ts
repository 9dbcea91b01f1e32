/** Answers that must read the same wherever they come from: a hidden resource is an unknown one. */
import { FhirError } from '../fhir/fhir-error.ts'
import type { Reference, ResourceType } from '../fhir/resource.ts'

export const notFound = ({ type, id }: { readonly type: string; readonly id: string }): FhirError =>
  new FhirError('not-found', `Found no ${type}/${id}; check the id, or search for the resource.`)

/** Only for callers who could read it before. */
export const gone = ({ type, id }: Reference): FhirError =>
  new FhirError(
    'deleted',
    `${type}/${id} has been deleted; its earlier versions are in ${type}/${id}/_history.`
  )

export const severalMatches = (type: ResourceType, what: string): FhirError =>
  new FhirError(
    'precondition-failed',
    `Found several ${type} resources for the criteria of ${what}, expected at most one; use criteria that only one resource meets, such as an identifier.`,
    { issue: 'multiple-matches' }
  )

export const noCriteria = (type: ResourceType, what: string): FhirError =>
  new FhirError(
    'invalid',
    `Found ${what} on ${type} without search criteria; add them, e.g. ${type}?identifier=system|value, or name an id.`
  )
