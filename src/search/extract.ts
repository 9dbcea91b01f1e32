/**
 * What a resource is found by: its index values, by the closures of its type's search parameters.
 * Runs once per write.
 */
import type { Definitions } from '../definitions/definitions.ts'
import { dateReader } from '../fhir/date.ts'
import type { Resource, ResourceType } from '../fhir/resource.ts'
import { parseExpression } from '../fhirpath/parser.ts'
import { kindOf } from './parameters/kinds.ts'
import { compileExpressions, type Sink } from '../fhirpath/path-closure.ts'
import type { IndexValues } from './query.ts'
import type { Values } from './values.ts'

/**
 * Raised when what is found changes for every kind alike (paths, folding, bounds); each kind has a
 * version of its own.
 */
export const extractionVersion = 1

export interface ExtractorOptions {
  /** Zone of dates that name none, as in search. */
  readonly timeZone: string
  /** This server's FHIR base: references under it are the same as relative ones. */
  readonly base?: string
}
/** @throws FhirError `unprocessable` when a resource holds too many values */
export type Extractor = (resource: Resource) => IndexValues

export const createExtractor = (
  definitions: Pick<Definitions, 'searchParameters'>,
  { timeZone, base }: ExtractorOptions
): Extractor => {
  const dates = dateReader(timeZone)
  const compiled = new Map<ResourceType, Sink<Values>>()
  const closureOf = (type: ResourceType): Sink<Values> => {
    const known = compiled.get(type)
    if (known) return known
    const rules = [...definitions.searchParameters(type).values()].map((parameter) => ({
      expression: parseExpression(parameter.expression),
      sink: kindOf(parameter).values(parameter)
    }))
    const closure = compileExpressions(rules)
    compiled.set(type, closure)
    return closure
  }
  return (resource) => {
    const index = { word: [], text: [], span: [], link: [] }
    const values: Values = { index, dates, base, resourceType: resource.resourceType, count: 0 }
    closureOf(resource.resourceType)(resource, values)
    return index
  }
}
