/**
 * Definitions that the server ships with, read and found like resources, the same for every caller;
 * no store is asked.
 */
import type { Definitions } from '../../definitions/definitions.ts'
import { FhirError } from '../../fhir/fhir-error.ts'
import { fold } from '../../fhir/string.ts'
import type { Resource, ResourceId, ResourceType } from '../../fhir/resource.ts'
import type { FhirRequest, Interaction } from '../../exchange/context.ts'
import { bundleBytes } from '../../exchange/bundle-bytes.ts'
import { linkUrl } from '../../exchange/link-url.ts'

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
const resultParameters: ReadonlySet<string> = new Set(['_format', '_pretty', '_count', '_offset'])
const wholeNumber = /^\d{1,6}$/

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
  const count = numberOf(request, '_count') ?? found.length
  const offset = numberOf(request, '_offset') ?? 0
  const linkTo = (extra: typeof used): string => linkUrl(context.base, type, [...used, ...extra])
  const paged = count < found.length ? [['_count', String(count)] as const] : []
  const link = [
    {
      relation: 'self',
      url: linkTo([...paged, ...(offset === 0 ? [] : [['_offset', String(offset)] as const])])
    }
  ]
  if (count > 0 && offset + count < found.length) {
    link.push({ relation: 'next', url: linkTo([...paged, ['_offset', String(offset + count)]]) })
  }
  const json = bundleBytes(
    { type: 'searchset', total: found.length, link },
    found.slice(offset, offset + count).map((resource) => ({
      fullUrl: `${context.base}/${type}/${resource.id ?? ''}`,
      resource: encoder.encode(JSON.stringify(resource)),
      search: { mode: 'match' }
    }))
  )
  return { kind: 'bytes', status: 200, json }
}

const numberOf = ({ query }: FhirRequest, name: string): number | undefined => {
  const text = query.find(([each]) => each === name)?.[1]
  if (text === undefined) return undefined
  if (!wholeNumber.test(text)) {
    throw new FhirError(
      'invalid',
      `Found ${name}=${JSON.stringify(text)}, expected a whole number.`,
      { issue: 'value' }
    )
  }
  return Number(text)
}
