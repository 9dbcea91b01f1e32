/**
 * Random HTTP requests about a random world: good ones, guesses at what is hidden, and nonsense.
 * Plain data, so that they shrink.
 */
import fc from 'fast-check'
import { anyRef, anyType, identifierOf, sent, types } from './names.ts'
import type { Known, Request, Sent } from './names.ts'
import { compartment, query, search } from './queries.ts'
import {
  body,
  changed,
  changing,
  conditional,
  creating,
  criteria,
  note,
  teams,
  versionOf,
  versionPick,
  writableRef
} from './writes.ts'

const reading: fc.Arbitrary<Request> = fc
  .tuple(
    anyRef,
    versionPick,
    fc.constantFrom(
      'read',
      'head',
      'none-match',
      'modified',
      'vread',
      'history',
      'history-page',
      'summary'
    )
  )
  .map(([[type, id], pick, kind]) => (known) => {
    const version = versionOf(known, type, id, pick)
    switch (kind) {
      case 'head':
        return { method: 'HEAD', path: `${type}/${id}` }
      case 'none-match':
        return {
          method: 'GET',
          path: `${type}/${id}`,
          headers: { 'if-none-match': `W/"${version}"` }
        }
      case 'modified':
        return {
          method: 'GET',
          path: `${type}/${id}`,
          headers: { 'if-modified-since': 'Sun, 22 Nov 2037 12:00:00 GMT' }
        }
      case 'vread':
        return { method: 'GET', path: `${type}/${id}/_history/${version}` }
      case 'history':
        return { method: 'GET', path: `${type}/${id}/_history` }
      case 'history-page':
        return { method: 'GET', path: `${type}/${id}/_history?_count=1` }
      case 'summary':
        return { method: 'GET', path: `${type}/${id}?_summary=true` }
      default:
        return { method: 'GET', path: `${type}/${id}` }
    }
  })

const entry: fc.Arbitrary<(known: Known) => object> = fc.oneof(
  fc.tuple(body(true), fc.option(criteria, { nil: undefined })).map(([resource, unless]) => () => ({
    fullUrl: `urn:uuid:00000000-0000-4000-8000-00000000000${identifierOf(JSON.stringify(resource)).slice(1)}`,
    resource,
    request: {
      method: 'POST',
      url: resource.resourceType,
      ...(unless === undefined ? {} : { ifNoneExist: unless })
    }
  })),
  fc.tuple(body(true), criteria).map(([resource, text]) => () => ({
    resource,
    request: { method: 'PUT', url: `${resource.resourceType}?${text}` }
  })),
  fc.tuple(writableRef, note).map(([[type, id], text]) => (known: Known) => ({
    resource: changed(known, type, id, text),
    request: { method: 'PUT', url: `${type}/${id}` }
  })),
  writableRef.map(([type, id]) => () => ({ request: { method: 'DELETE', url: `${type}/${id}` } })),
  anyRef.map(([type, id]) => () => ({ request: { method: 'GET', url: `${type}/${id}` } })),
  anyType.chain((type) =>
    query(type).map((text) => () => ({ request: { method: 'GET', url: `${type}?${text}` } }))
  )
)
const bundle: fc.Arbitrary<Request> = fc
  .tuple(fc.constantFrom('batch', 'transaction'), fc.array(entry, { minLength: 1, maxLength: 3 }))
  .map(([type, entries]) => (known) => ({
    method: 'POST',
    path: '',
    body: { resourceType: 'Bundle', type, entry: entries.map((make) => make(known)) }
  }))

const special: fc.Arbitrary<Request> = fc
  .constantFrom(
    'PractitionerRole/r0/$caseload',
    'PractitionerRole/r1/$caseload',
    'Practitioner/p0/$caseload',
    'Organization/o1/$caseload',
    'Organization/nothing/$caseload',
    'AuditEvent?patient=x0',
    'AuditEvent?patient=nobody',
    '$explain?request=r1',
    'Patient/x0/$everything',
    'Patient/x0/*',
    'Patient/_history',
    '_history'
  )
  .map((path) => sent('GET', path))

/** @param decisions whether what decides is in both stores */
export const anyRequest = (decisions: boolean): fc.Arbitrary<Request> =>
  fc.oneof(
    { weight: 6, arbitrary: search },
    { weight: 2, arbitrary: compartment },
    { weight: 4, arbitrary: reading },
    { weight: 3, arbitrary: changing },
    { weight: 2, arbitrary: creating },
    { weight: 2, arbitrary: conditional },
    { weight: 3, arbitrary: bundle },
    { weight: 1, arbitrary: special },
    ...(decisions ? [{ weight: 2, arbitrary: teams }] : [])
  )

/** Everything of every type, to see what the requests before have left behind. */
export const lookAround: readonly Sent[] = types.flatMap((type): Sent[] => [
  { method: 'GET', path: `${type}?_total=accurate&_count=100` }
])
