/** Random writes about a random world, by id and by criteria. */
import fc from 'fast-check'
import type { Resource } from '../../../src/fhir/resource.ts'
import { anyRef, ids, nationalNumber, sent, ssin, system, types } from './names.ts'
import type { Known, Request } from './names.ts'

/** A version of this resource, of another one, or of none; `undefined`: no condition. */
export const versionPick = fc.constantFrom('current', 'current', 'first', 'bogus')
export const versionOf = (known: Known, type: string, id: string, pick: string): string => {
  const versions = known.versions(type, id)
  return (
    (pick === 'current' ? versions.at(-1) : pick === 'first' ? versions[0] : undefined) ??
    '00000000-0000-4000-8000-000000000000'
  )
}

/** What a client would send back: content without claims of a profile, with a change. */
export const changed = (known: Known, type: string, id: string, note: string): Resource => {
  const {
    meta: _meta,
    category: _category,
    ...rest
  } = known.resource(type, id) ?? {
    resourceType: type as Resource['resourceType'],
    subject: { reference: 'Patient/x0' }
  }
  return {
    ...rest,
    id,
    ...(type === 'Patient' || type === 'RelatedPerson'
      ? { gender: 'unknown' }
      : type === 'Location'
        ? { description: note }
        : { language: note === 'a' ? 'fr' : 'nl' })
  }
}

/** Their changes may open or close what the caller itself sees; those have tests of their own. */
const writable = types.filter(
  (type) =>
    ![
      'Consent',
      'CareTeam',
      'PractitionerRole',
      'Practitioner',
      'Organization',
      'Provenance'
    ].includes(type)
)
export const writableRef = fc
  .constantFrom(...writable)
  .chain((type) => fc.constantFrom(...(ids[type] ?? [])).map((id): [string, string] => [type, id]))
export const note = fc.constantFrom('a', 'b')
const ifMatch = fc.constantFrom('current', 'current', 'first', 'bogus', undefined)
const matching = (
  known: Known,
  type: string,
  id: string,
  pick: string | undefined
): Record<string, string> =>
  pick === undefined ? {} : { 'if-match': `W/"${versionOf(known, type, id, pick)}"` }

export const changing: fc.Arbitrary<Request> = fc
  .tuple(writableRef, ifMatch, note, fc.constantFrom('PUT', 'PUT', 'PATCH', 'DELETE'))
  .map(([[type, id], pick, text, method]) => (known) => {
    const headers = matching(known, type, id, pick)
    if (method === 'DELETE') return { method, path: `${type}/${id}`, headers }
    if (method === 'PUT') {
      return { method, path: `${type}/${id}`, headers, body: changed(known, type, id, text) }
    }
    return {
      method,
      path: `${type}/${id}`,
      headers: { ...headers, 'content-type': 'application/json-patch+json' },
      body: [
        { op: 'test', path: '/resourceType', value: type },
        { op: 'add', path: '/language', value: text === 'a' ? 'fr' : 'nl' }
      ]
    }
  })

const targetRef = anyRef.map(([type, id]) => `${type}/${id}`)
const subject = fc.constantFrom(
  'Patient/x0',
  'Patient/x1',
  'Patient/nobody',
  'http://psi.test/fhir/Patient/x0',
  'http://PSI.test:80/fhir/Patient/x1/',
  'http://psi.test/fhir/Patient%2Fx0',
  'http://psi.test/fhir/Patient/nobody',
  'Patient/x1/_history/1',
  `Patient?identifier=${system}|n0`,
  `Patient?identifier=${system}|n1`,
  `Patient?identifier=${ssin}|${nationalNumber}`
)
/** What is new about a resource: its type, who it is about, and what else it refers to. */
const drafted = (
  base: Resource,
  about: { readonly subject: { readonly reference: string } },
  target: string
): Resource => {
  switch (base.resourceType) {
    case 'CarePlan':
      return {
        ...base,
        ...about,
        status: 'draft',
        intent: 'plan',
        supportingInfo: [{ reference: target }]
      }
    case 'Goal':
      return {
        ...base,
        ...about,
        lifecycleStatus: 'proposed',
        description: { text: 'new' },
        ...(target.startsWith('Condition/') ? { addresses: [{ reference: target }] } : {})
      }
    case 'Condition':
      return {
        ...base,
        ...about,
        ...(target.startsWith('Encounter/') ? { encounter: { reference: target } } : {})
      }
    case 'Encounter':
      return {
        ...base,
        ...about,
        status: 'planned',
        class: { code: 'AMB' },
        ...(target.startsWith('Location/')
          ? { location: [{ location: { reference: target } }] }
          : {})
      }
    case 'Patient':
      return { ...base, name: [{ family: 'new' }] }
    default:
      return { ...base, name: 'new' }
  }
}
export const body = (isBundle: boolean): fc.Arbitrary<Resource> =>
  fc
    .tuple(
      fc.constantFrom('CarePlan', 'Goal', 'Condition', 'Patient', 'Location', 'Encounter'),
      isBundle ? subject : subject.filter((text) => !text.includes('?')),
      fc.constantFrom('n0', 'n1', 'n2', 'n9'),
      targetRef,
      note
    )
    .map(([type, patient, code, target, text]) =>
      drafted(
        {
          resourceType: type,
          identifier: [{ system, value: code }],
          language: text === 'a' ? 'fr' : 'nl'
        },
        { subject: { reference: patient } },
        target
      )
    )
export const criteria = fc.constantFrom(
  `identifier=${ssin}|${nationalNumber}`,
  `identifier=${system}|n0`,
  `identifier=${system}|n1`,
  `identifier=${system}|n9`,
  '_id=x0-goal',
  '_id=x1',
  'identifier:missing=true'
)

export const creating: fc.Arbitrary<Request> = fc
  .tuple(body(false), fc.option(criteria, { nil: undefined }))
  .map(([resource, unless]) =>
    sent(
      'POST',
      resource.resourceType,
      unless === undefined ? {} : { 'if-none-exist': unless },
      resource
    )
  )

export const conditional: fc.Arbitrary<Request> = fc
  .tuple(body(false), criteria, fc.constantFrom('PUT', 'DELETE', 'PATCH'))
  .map(([resource, text, method]) => {
    const path = `${resource.resourceType}?${text}`
    if (method === 'DELETE') return sent('DELETE', path)
    if (method === 'PUT') return sent('PUT', path, {}, resource)
    return sent('PATCH', path, { 'content-type': 'application/json-patch+json' }, [
      { op: 'add', path: '/language', value: 'de' }
    ])
  })

/** Writes that compile grants anew, and can only open to somebody else. */
export const teams: fc.Arbitrary<Request> = fc
  .tuple(
    fc.constantFrom('x0', 'x1'),
    fc.constantFrom('a', 'b'),
    ifMatch,
    fc.constantFrom('PUT', 'POST', 'DELETE')
  )
  .map(([patient, letter, pick, method]) => (known) => {
    const id = `${patient}-team-${letter}`
    if (method === 'POST') {
      return {
        method,
        path: 'CareTeam',
        body: {
          resourceType: 'CareTeam',
          status: 'active',
          subject: {
            reference: `${letter === 'a' ? '' : 'http://psi.test/fhir/'}Patient/${patient}`
          }
        }
      }
    }
    if (method === 'DELETE') {
      return { method, path: `CareTeam/${id}`, headers: matching(known, 'CareTeam', id, pick) }
    }
    return {
      method,
      path: `CareTeam/${id}`,
      headers: matching(known, 'CareTeam', id, pick),
      body: changed(known, 'CareTeam', id, 'a')
    }
  })
