/**
 * Why a request saw what it saw, for the operator: the steps of the decision, told from the journal
 * and the grants of today. Never part of an answer to the caller.
 */
import type { AuditFacts } from '../../audit/entry.ts'
import type { Millis, Reference, ResourceId } from '../../fhir/resource.ts'
import { parseReference } from '../../fhir/reference.ts'
import type { AuditEntry, Fact, PersonKey, Store } from '../../storage/store.ts'
import { judge } from '../consent/judge.ts'
import type { Grants } from '../consent/rules.ts'
import { loadGrants, noGrants } from './grants.ts'
import type { Who } from '../who/keys.ts'
import { system } from '../who/system.ts'

export interface Step {
  readonly name: 'token' | 'scope' | 'careRelation' | 'consent'
  readonly holds: boolean
  readonly reason: string
}
export interface Explanation {
  readonly event: ResourceId
  readonly request: string
  readonly at: Millis
  readonly client?: string
  readonly organization?: string
  readonly path: string
  readonly status: number
  readonly patients: readonly {
    readonly patient: PersonKey
    readonly steps: readonly Step[]
    readonly custodian: boolean
    readonly visible: boolean
    readonly remedy?: string
  }[]
}

const anything = (person: PersonKey): Fact => ({
  person,
  dataClass: 'directory',
  type: 'Organization',
  id: '' as Fact['id']
})

const careRelation = (grants: Grants, whos: readonly Who[], at: Millis): Step => {
  const member = grants.members.find(
    ({ who, from, to }) => whos.includes(who) && from <= at && at < to
  )
  return member === undefined
    ? {
        name: 'careRelation',
        holds: false,
        reason:
          'no active care team of this patient has the caller as a member; not needed where a consent names the caller'
      }
    : {
        name: 'careRelation',
        holds: true,
        reason: `${member.who} is a member of an active care team`
      }
}

const consentStep = (
  grants: Grants,
  whos: readonly Who[],
  purpose: string,
  at: Millis,
  fact: Fact
): Step => {
  const verdicts = grants.consents.map((consent) => {
    const alone = { ...grants, consents: [consent] }
    return { id: consent.id, verdict: judge(alone, { whos, purpose, action: 'read', at, fact }) }
  })
  const deny = verdicts.find(({ verdict }) => verdict === 'deny')
  if (deny !== undefined) {
    return { name: 'consent', holds: false, reason: `Consent/${deny.id} excludes the caller` }
  }
  const permit = verdicts.find(({ verdict }) => verdict === 'permit')
  if (permit !== undefined) {
    return { name: 'consent', holds: true, reason: `allowed by Consent/${permit.id}` }
  }
  return {
    name: 'consent',
    holds: false,
    reason: `no active consent names the caller for ${purpose === '' ? 'a request without a purpose' : `purpose ${purpose}`} (${String(grants.consents.length)} active consents)`
  }
}

/** What the request line pointed at, if it was one resource. */
const targetOf = (path: string): Reference | undefined => {
  const ref = parseReference(path.split('/').slice(0, 2).join('/'))
  return ref === undefined ? undefined : { type: ref.type, id: ref.id }
}

const explainPatient = (
  grants: Grants,
  entry: AuditEntry,
  facts: AuditFacts,
  fact: Fact,
  custodian: boolean
): Explanation['patients'][number] => {
  const whos = [
    `Organization/${entry.organization ?? ''}`,
    ...(facts.user === undefined ? [] : [facts.user])
  ]
  const self = facts.user === `Patient/${grants.patient}`
  const consent = consentStep(grants, whos, facts.purpose ?? '', entry.at, fact)
  const visible = self || custodian || consent.holds
  const steps: Step[] = [
    {
      name: 'token',
      holds: facts.client !== undefined,
      reason: facts.client === undefined ? 'the token was refused' : `client ${facts.client}`
    },
    {
      name: 'scope',
      holds: facts.status !== 403,
      reason: facts.status === 403 ? 'the token does not cover the request' : 'covered by the token'
    },
    careRelation(grants, whos, entry.at),
    consent
  ]
  return {
    patient: grants.patient,
    steps,
    custodian,
    visible,
    ...(visible
      ? {}
      : {
          remedy: `a consent of the patient that names ${whos[0] ?? 'the organisation'}, for the purpose and the data it asks for`
        })
  }
}

/**
 * Callers choose their X-Request-Id, so several requests may share one: an AuditEvent, or the
 * organisation beside it, tells them apart.
 */
export interface Asked {
  readonly request?: string
  readonly event?: ResourceId
  readonly organization?: ResourceId
}
export interface Explained {
  /** Newest first, at most `mostExplained`. */
  readonly explanations: readonly Explanation[]
  /** All that fit what was asked. */
  readonly total: number
}

const mostExplained = 20

const explainEntry = async (store: Store, entry: AuditEntry): Promise<Explanation> => {
  const facts = JSON.parse(entry.json) as AuditFacts
  const target = targetOf(facts.path)
  const [row] = target === undefined ? [] : await store.read([target], system)
  const persons = [...new Set([...entry.patients, ...(row?.envelope.patients ?? [])])]
  const { grants } = await loadGrants(store, persons)
  const rows = await store.read(
    persons.map((id): Reference => ({ type: 'Patient', id })),
    system
  )
  return {
    event: entry.id,
    request: entry.request,
    at: entry.at,
    path: facts.path,
    status: facts.status,
    ...(facts.client === undefined ? {} : { client: facts.client }),
    ...(entry.organization === undefined
      ? {}
      : { organization: `Organization/${entry.organization}` }),
    patients: persons.map((person, i) => {
      const fact = row?.envelope.facts.find((each) => each.person === person) ?? anything(person)
      const custodian =
        (row?.envelope.custodian ?? rows[i]?.envelope.custodian) === entry.organization &&
        entry.organization !== undefined
      return explainPatient(grants.get(person) ?? noGrants(person), entry, facts, fact, custodian)
    })
  }
}

export const createExplain =
  (store: Store): ((asked: Asked) => Promise<Explained>) =>
  async ({ request, event, organization }) => {
    const { entries, total } = await store.audit({
      ...(request !== undefined && { request }),
      ...(event !== undefined && { id: event }),
      ...(organization !== undefined && { organization }),
      limit: mostExplained
    })
    const explanations: Explanation[] = []
    for (const entry of entries) explanations.push(await explainEntry(store, entry))
    return { explanations, total }
  }
