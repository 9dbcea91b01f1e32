/**
 * Why a request saw what it saw, for the operator: the verdict of those who decide and its steps,
 * told from the journal and the grants of today. Never part of an answer to the caller.
 */
import type { AuditFacts } from '../../audit/entry.ts'
import type { Reference, ResourceId } from '../../fhir/resource.ts'
import { parseReference } from '../../fhir/reference.ts'
import type { AuditEntry, PersonKey, Store, Stored } from '../../storage/store.ts'
import type { Grants } from '../consent/rules.ts'
import { actorOf } from '../who/actors.ts'
import { filterOf, whosOf } from '../who/keys.ts'
import type { Asker } from '../who/keys.ts'
import { system } from '../who/system.ts'
import { directoryFact } from './acl.ts'
import { loadGrants, noGrants } from './grants.ts'
import { careRelationStep, consentStep, resourceStep, scopeStep, tokenStep } from './steps.ts'
import type { ConsentStep, Matter, Step } from './steps.ts'
import { askedBy, verdictOnOne, verdictOnSome } from './verdict.ts'
import type { Asked, Verdict } from './verdict.ts'

interface ExplainedPerson {
  readonly patient: PersonKey
  readonly steps: readonly Step[]
  /** The caller acts with the house that keeps it. */
  readonly custodian: boolean
  readonly visible: boolean
  readonly remedy?: string
}

export interface Explanation {
  readonly event: ResourceId
  readonly request: string
  readonly at: number
  readonly client?: string
  readonly organization?: string
  readonly path: string
  readonly status: number
  /** Of a request for one resource: whether it got it. */
  readonly one?: { readonly step: Step; readonly visible: boolean }
  readonly patients: readonly ExplainedPerson[]
}

/** A request of the journal, with what there is of what it asked for. */
interface Case {
  readonly entry: AuditEntry
  readonly facts: AuditFacts
  readonly asker: Asker
  readonly asked: Asked
  /** Of a request for one resource. */
  readonly stored: Stored | undefined
  readonly one: Verdict | undefined
}

const askerOf = ({ organization }: AuditEntry, { user, purpose }: AuditFacts): Asker => {
  const person = user === undefined ? undefined : parseReference(user)
  return {
    organization: organization ?? ('' as ResourceId),
    purposes: purpose === undefined ? [] : purpose.split(' '),
    ...(person === undefined ? {} : { user: { type: person.type, id: person.id } })
  }
}

const caseOf = async (store: Store, entry: AuditEntry): Promise<Case> => {
  const facts = JSON.parse(entry.json) as AuditFacts
  const asker = askerOf(entry, facts)
  const asked = askedBy(facts.path)
  if (asked.kind === 'some') {
    return { entry, facts, asker, asked, stored: undefined, one: undefined }
  }
  const [stored] = await store.read([asked.ref], system)
  const filter = filterOf(asker, entry.at)
  const one = await verdictOnOne(store, asked, stored, filter, entry.at)
  return { entry, facts, asker, asked, stored, one }
}

const isAllowed = ({ facts }: Case): boolean => tokenStep(facts).holds && scopeStep(facts).holds

const remedyFor = (
  { facts, asker }: Case,
  verdict: Verdict,
  { excludedBy }: ConsentStep
): string | undefined => {
  if (!tokenStep(facts).holds) return undefined
  if (!scopeStep(facts).holds) return 'a token whose scopes cover the request'
  if (verdict !== 'unseen') return undefined
  return excludedBy === undefined
    ? `a consent of the patient that names ${whosOf(asker)[0] ?? 'the organisation'}, for the purpose and the data it asks for`
    : `a change of ${excludedBy} by whoever decides about it`
}

const explainPerson = (found: Case, matter: Matter, verdict: Verdict): ExplainedPerson => {
  const { entry, facts, asker } = found
  const consent = consentStep(matter, asker, entry.at)
  const visible = isAllowed(found) && verdict === 'seen'
  const remedy = visible ? undefined : remedyFor(found, verdict, consent)
  return {
    patient: matter.grants.patient,
    steps: [
      tokenStep(facts),
      scopeStep(facts),
      careRelationStep(matter.grants, asker, entry.at),
      consent
    ],
    custodian: matter.custodian,
    visible,
    ...(remedy === undefined ? {} : { remedy })
  }
}

/** @param record the person's own record, which tells who keeps it where nothing else was named */
const matterOf = (found: Case, grants: Grants, record: Stored | undefined): Matter => {
  const { envelope } = found.stored ?? record ?? {}
  const fact = found.stored?.envelope.facts.find(({ person }) => person === grants.patient)
  const { withHouse } = actorOf(found.asker)
  return {
    grants,
    fact: fact ?? directoryFact(grants.patient),
    custodian: withHouse && envelope?.custodian === found.entry.organization
  }
}

const explainPersons = async (store: Store, found: Case): Promise<readonly ExplainedPerson[]> => {
  const { entry, asker, asked, stored, one } = found
  const persons = [...new Set([...entry.patients, ...(stored?.envelope.patients ?? [])])]
  const { grants } = await loadGrants(store, persons)
  const records = await store.read(
    persons.map((id): Reference => ({ type: 'Patient', id })),
    system
  )
  return await Promise.all(
    persons.map(async (person, i) => {
      const matter = matterOf(found, grants.get(person) ?? noGrants(person), records[i])
      const verdict =
        asked.kind === 'some'
          ? await verdictOnSome(store, asked, person, filterOf(asker, entry.at))
          : (one ?? 'unknown')
      return explainPerson(found, matter, verdict)
    })
  )
}

const explainEntry = async (store: Store, entry: AuditEntry): Promise<Explanation> => {
  const found = await caseOf(store, entry)
  const { facts, asked, one } = found
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
    ...(asked.kind === 'some' || one === undefined
      ? {}
      : {
          one: { step: resourceStep(asked, one), visible: isAllowed(found) && one === 'seen' }
        }),
    patients: await explainPersons(store, found)
  }
}

/**
 * Callers choose their X-Request-Id, so several requests may share one: an AuditEvent, or the
 * organisation beside it, tells them apart.
 */
export interface Wanted {
  readonly request?: string
  readonly event?: ResourceId
  readonly organization?: ResourceId
}
export interface Explained {
  /** Newest first, at most `mostExplained`. */
  readonly explanations: readonly Explanation[]
  /** All that fit what was wanted. */
  readonly total: number
}

const mostExplained = 20

export const createExplain =
  (store: Store): ((wanted: Wanted) => Promise<Explained>) =>
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
