/**
 * Definitions that the server ships with, read and found like resources, the same for every caller;
 * no store is asked.
 */
import type { Definitions } from '../../definitions/definitions.ts'
import { FhirError } from '../../fhir/fhir-error.ts'
import { fold } from '../../fhir/string.ts'
import type { Resource, ResourceId, ResourceType } from '../../fhir/resource.ts'
import type { Interaction } from '../../exchange/context.ts'
import { bundleBytes } from '../../exchange/bundle-bytes.ts'
import { askedPage, pageOf, pageParameters } from '../../exchange/pager.ts'

export const readConformance = (
  definitions: Definitions,
  { type, id }: { readonly type: ResourceType; readonly id: ResourceId }
): Resource | undefined => definitions.conformance(type).find((resource) => resource.id === id)

type Test = (resource: Resource, value: string) => boolean

const equals =
  (element: string): Test =>
  (resource, value) =>
    resource[element] === value
const startsWith =
  (element: string): Test =>
  (resource, value) =>
    typeof resource[element] === 'string' && fold(resource[element]).startsWith(fold(value))

const tests: Readonly<Record<string, Test>> = {
  _id: (resource, value) => resource.id === value,
  url: equals('url'),
  version: equals('version'),
  status: equals('status'),
  name: startsWith('name'),
  title: startsWith('title')
}
/** What such a search takes, for the CapabilityStatement too. */
export const conformanceParameters: readonly string[] = Object.keys(tests)
const resultParameters: ReadonlySet<string> = new Set(['_format', '_pretty', ...pageParameters])

const encoder = new TextEncoder()

export const searchConformance: Interaction = async (context, request, target) => {
  const type = target.type as ResourceType
  const criteria = request.query.filter(([name]) => !resultParameters.has(name))
  const strange = criteria.find(([name]) => !Object.hasOwn(tests, name))?.[0]
  if (strange !== undefined && request.prefer.handling !== 'lenient') {
    throw new FhirError(
      'invalid',
      `Found the parameter ${JSON.stringify(strange)} on ${type}, expected one of ${conformanceParameters.join(', ')}.`,
      { issue: 'not-supported' }
    )
  }
  const used = criteria.filter(([name]) => Object.hasOwn(tests, name))
  const found = context.definitions
    .conformance(type)
    .filter((resource) =>
      used.every(([name, value]) =>
        value.split(',').some((alternative) => tests[name]?.(resource, alternative) === true)
      )
    )
  const pages = request.query.filter(([name]) => pageParameters.includes(name))
  const paged = {
    path: type,
    used: [...used, ...pages],
    query: `${type}?${JSON.stringify(used)}`
  }
  const { rows, link } = pageOf(context, askedPage(context, request), paged, found)
  const json = bundleBytes(
    { type: 'searchset', total: found.length, link },
    rows.map((resource) => ({
      fullUrl: `${context.base}/${type}/${resource.id ?? ''}`,
      resource: encoder.encode(JSON.stringify(resource)),
      search: { mode: 'match' }
    }))
  )
  return { kind: 'bytes', status: 200, json }
}
