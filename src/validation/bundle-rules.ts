/** Invariants of Bundle, Parameters and of resources inside resources. https://hl7.org/fhir/R4/bundle.html https://hl7.org/fhir/R4/domainresource.html */
import type { Test } from './rule.ts'
import { has, hasAny, hasChoice, items } from './rule.ts'
import type { Json, Scope } from './scope.ts'
import { isObject } from './scope.ts'

const on = (test: (element: Json, scope: Scope) => boolean): Test => (element, scope) => !isObject(element) || test(element, scope)
const typeIn = (bundle: Json, ...types: readonly string[]): boolean => types.includes(bundle['type'] as string)
const firstIs = (bundle: Json, type: string): boolean => {
  const resource = items(bundle, 'entry')[0]?.['resource']
  return isObject(resource) && resource['resourceType'] === type
}
const meta = (resource: Json): Json => isObject(resource['meta']) ? resource['meta'] : {}
const xor = (left: boolean, right: boolean): boolean => left !== right

/** bdl-7: one resource once, except for its versions in a history. */
const distinctUrls = (bundle: Json): boolean => {
  const urls = items(bundle, 'entry').filter((entry) => typeof entry['fullUrl'] === 'string').map((entry) => {
    const version = isObject(entry['resource']) ? meta(entry['resource'])['versionId'] : undefined
    return `${entry['fullUrl'] as string} ${typeof version === 'string' ? version : ''}`
  })
  return new Set(urls).size === urls.length
}

/** dom-3: nothing is contained that nothing points to. */
const referredTo = (contained: Json, fragments: ReadonlySet<string>): boolean =>
  (typeof contained['id'] === 'string' && fragments.has(`#${contained['id']}`)) || pointsToContainer(contained)

const pointsToContainer = (value: unknown): boolean =>
  value === '#' || (Array.isArray(value) ? value.some(pointsToContainer) : isObject(value) && Object.entries(value).some(([name, child]) => name !== 'div' && pointsToContainer(child)))

export const bundleRules: Readonly<Record<string, Test>> = {
  'Bundle bdl-1': on((bundle) => !has(bundle, 'total') || typeIn(bundle, 'searchset', 'history')),
  'Bundle bdl-2': on((bundle) => typeIn(bundle, 'searchset') || !items(bundle, 'entry').some((entry) => has(entry, 'search'))),
  'Bundle bdl-3': on((bundle) => items(bundle, 'entry').every((entry) => has(entry, 'request') === typeIn(bundle, 'batch', 'transaction', 'history'))),
  'Bundle bdl-4': on((bundle) => items(bundle, 'entry').every((entry) => has(entry, 'response') === typeIn(bundle, 'batch-response', 'transaction-response', 'history'))),
  'Bundle bdl-7': on((bundle) => typeIn(bundle, 'history') || distinctUrls(bundle)),
  'Bundle bdl-9': on((bundle) => !typeIn(bundle, 'document') || (isObject(bundle['identifier']) && has(bundle['identifier'], 'system') && has(bundle['identifier'], 'value'))),
  'Bundle bdl-10': on((bundle) => !typeIn(bundle, 'document') || typeof bundle['timestamp'] === 'string'),
  'Bundle bdl-11': on((bundle) => !typeIn(bundle, 'document') || firstIs(bundle, 'Composition')),
  'Bundle bdl-12': on((bundle) => !typeIn(bundle, 'message') || firstIs(bundle, 'MessageHeader')),
  'Bundle.entry bdl-5': on((entry) => hasAny(entry, 'resource', 'request', 'response')),
  'Bundle.entry bdl-8': on((entry) => typeof entry['fullUrl'] !== 'string' || !entry['fullUrl'].includes('/_history/')),
  'Parameters.parameter inv-1': on((parameter) => {
    const holds = xor(hasChoice(parameter, 'value'), has(parameter, 'resource'))
    return has(parameter, 'part') ? !hasChoice(parameter, 'value') && !has(parameter, 'resource') : holds
  }),
  'DomainResource dom-2': on((resource) => !items(resource, 'contained').some((contained) => has(contained, 'contained'))),
  'DomainResource dom-3': on((resource, scope) => scope.resource !== scope.root || items(resource, 'contained').every((contained) => referredTo(contained, scope.fragments))),
  'DomainResource dom-4': on((resource) => !items(resource, 'contained').some((contained) => hasAny(meta(contained), 'versionId', 'lastUpdated'))),
  'DomainResource dom-5': on((resource) => !items(resource, 'contained').some((contained) => has(meta(contained), 'security')))
}
