/**
 * `_summary` and `_elements`: part of a resource, tagged SUBSETTED so that nobody writes it back.
 * https://hl7.org/fhir/R4/search.html#summary
 */
import type { ElementTable, Structures } from '../../definitions/definitions.ts'
import { wholeResource } from '../../fhir/elements.ts'
import { FhirError } from '../../fhir/fhir-error.ts'
import { stringifyJson } from '../../fhir/json.ts'
import { copyOwnSources } from '../../fhir/json-source.ts'
import type { Resource } from '../../fhir/resource.ts'
import type { FhirRequest } from '../../exchange/context.ts'

export interface Subset {
  readonly summary?: 'true' | 'text' | 'data' | 'count' | 'false'
  readonly elements?: readonly string[]
}

const summaries: ReadonlySet<string> = new Set(['true', 'text', 'data', 'false'])

/** Of a read; a search has parsed its own. @throws FhirError invalid */
export const subsetIn = ({ query }: FhirRequest): Subset => {
  if (query.length === 0) return {}
  const [summary, elements] = ['_summary', '_elements'].map(
    (name) => query.find(([each]) => each === name)?.[1]
  )
  if (summary !== undefined && !summaries.has(summary)) {
    throw new FhirError(
      'invalid',
      `Found _summary=${JSON.stringify(summary)} on a read, expected one of ${[...summaries].join(', ')}.`,
      { issue: 'value' }
    )
  }
  return {
    ...(summary !== undefined && { summary: summary as NonNullable<Subset['summary']> }),
    ...(elements !== undefined && { elements: elements.split(',') })
  }
}

const subsetted = {
  system: 'http://terminology.hl7.org/CodeSystem/v3-ObservationValue',
  code: 'SUBSETTED',
  display: 'subsetted'
}
const always: ReadonlySet<string> = new Set(['resourceType', 'id', 'meta'])

type Keep = (element: ElementTable | undefined, name: string) => boolean

const keepOf = ({ summary, elements }: Subset): Keep | undefined => {
  const mandatory: Keep = (element) => element !== undefined && element.min > 0
  if (elements !== undefined) {
    return (element, name) =>
      mandatory(element, name) ||
      elements.includes(name) ||
      (element !== undefined && elements.includes(element.name.replace('[x]', '')))
  }
  if (summary === 'text') return (element, name) => mandatory(element, name) || name === 'text'
  if (summary === 'data') return (_, name) => name !== 'text'
  if (summary === 'true') {
    return (element, name) => mandatory(element, name) || element?.summary === true
  }
  return undefined
}

export const isSubset = (subset: Subset): boolean => keepOf(subset) !== undefined

/** `birthDate` for `_birthDate`, `value[x]` for `valueQuantity`. */
const elementNamed = (
  children: ReadonlyMap<string, ElementTable> | undefined,
  name: string
): ElementTable | undefined => {
  const plain = name.startsWith('_') ? name.slice(1) : name
  const found = children?.get(plain)
  if (found !== undefined || children === undefined) return found
  for (let end = plain.length - 1; end > 0; end--) {
    const choice = children.get(`${plain.slice(0, end)}[x]`)
    if (choice !== undefined) return choice
  }
  return undefined
}

const cut = (
  structures: Structures,
  path: string,
  object: Record<string, unknown>,
  keep: Keep,
  deep: boolean
): Record<string, unknown> => {
  const children = structures.children(path)
  const kept: Record<string, unknown> = {}
  for (const [name, value] of Object.entries(object)) {
    const element = elementNamed(children, name)
    const plain = name.startsWith('_') ? name.slice(1) : name
    if (!always.has(plain) && !keep(element, plain)) continue
    kept[name] =
      deep && element !== undefined && !always.has(plain)
        ? cutValue(structures, element, value, keep)
        : value
  }
  copyOwnSources(object, kept)
  return kept
}

const cutValue = (
  structures: Structures,
  element: ElementTable,
  value: unknown,
  keep: Keep
): unknown => {
  if (Array.isArray(value)) return value.map((each) => cutValue(structures, element, each, keep))
  if (typeof value !== 'object' || value === null) return value
  const path =
    element.contentReference ??
    (structures.children(element.path) === undefined ? undefined : element.path)
  // Data types are kept whole: their own parts are all summary elements but for extensions of the
  // sender's choice.
  return path === undefined
    ? value
    : cut(structures, path, value as Record<string, unknown>, keep, true)
}

const encoder = new TextEncoder()

export const subsetOf = (structures: Structures, json: Uint8Array, subset: Subset): Uint8Array => {
  const keep = keepOf(subset)
  if (keep === undefined) return json
  const resource = wholeResource(json)
  const kept = cut(
    structures,
    resource.resourceType,
    resource,
    keep,
    subset.summary === 'true'
  ) as Resource
  kept.meta = { ...kept.meta, tag: [...(kept.meta?.tag ?? []), subsetted] }
  return encoder.encode(stringifyJson(kept))
}
