/**
 * The organisation that a client speaks for: named by reference, identifier or name; made when
 * nobody has that identifier or name.
 */
import { system } from '../access/who/system.ts'
import type { Caller } from '../auth/caller.ts'
import { isId } from '../fhir/id.ts'
import { parseReference } from '../fhir/reference.ts'
import type { Resource, ResourceId } from '../fhir/resource.ts'
import type { Node } from '../search/query.ts'
import type { Store } from '../storage/store.ts'
import { CommandError } from './io.ts'

export interface OrganizationDeps {
  readonly store: Store
  readonly clock: () => number
  readonly newId: () => string
  readonly timeZone: string
  readonly base: string
}

type Wanted = { readonly id: ResourceId } | { readonly where: Node; readonly resource: Resource }

const identifierOf = (text: string): { readonly system: string; readonly value: string } => {
  const bar = text.indexOf('|')
  return { system: text.slice(0, bar), value: text.slice(bar + 1) }
}

const wantedOf = (text: string, clientName: string): Wanted => {
  const reference = parseReference(text)
  if (reference !== undefined) {
    if (reference.type !== 'Organization') {
      throw new CommandError(
        `--organization is ${text}; expected Organization/<id>, an identifier system|value, or a name.`
      )
    }
    return { id: reference.id }
  }
  if (text.includes('|')) {
    const identifier = identifierOf(text)
    if (identifier.value === '') {
      throw new CommandError(`--organization is ${text}; expected a value after the bar.`)
    }
    return {
      where: {
        kind: 'word',
        parameter: 'Organization.identifier',
        system: identifier.system,
        code: identifier.value
      },
      resource: {
        resourceType: 'Organization',
        active: true,
        identifier: [identifier],
        name: clientName
      }
    }
  }
  return {
    where: { kind: 'text', parameter: 'Organization.name', match: 'exact', value: text },
    resource: { resourceType: 'Organization', active: true, name: text }
  }
}

const exists = async (store: Store, id: ResourceId): Promise<boolean> => {
  const [found] = await store.read([{ type: 'Organization', id }], system)
  return found !== undefined && !found.deleted
}

/** The organisation keeps its own entry, and every client may read it: consents have to name it. */
const custodianOf = (id: ResourceId): Caller => ({
  client: 'psi-fhir client add',
  name: 'psi-fhir client add',
  organization: id,
  purposes: [],
  rights: new Set(['directory']),
  scopes: {
    text: 'system/Organization.c',
    allows: (type, action) => type === 'Organization' && action === 'c'
  }
})

const create = async (
  resource: Resource,
  { store, clock, newId, timeZone, base }: OrganizationDeps
): Promise<ResourceId> => {
  const [{ createAccess }, { auditEntry }, { loadDefinitions }, { createExtractor }] =
    await Promise.all([
      import('../access/guard.ts'),
      import('../audit/entry.ts'),
      import('../definitions/load.ts'),
      import('../search/extract.ts')
    ])
  const id = newId() as ResourceId
  const now = clock()
  const caller = custodianOf(id)
  const definitions = loadDefinitions()
  const access = createAccess({
    store,
    extract: createExtractor(definitions, { timeZone, base }),
    newId: () => newId() as ResourceId,
    zone: timeZone,
    base,
    definitions
  })
  const guarded = access.open(caller, now, (patients) =>
    auditEntry({
      id: newId() as ResourceId,
      at: now,
      request: newId(),
      caller,
      patients,
      action: 'C',
      interaction: 'create',
      path: `Organization/${id}`,
      status: 0
    })
  )
  await guarded.write([
    { kind: 'create', ref: { type: 'Organization', id }, resource: { ...resource, id } }
  ])
  return id
}

/** @throws CommandError when the reference is unknown or several organisations fit */
export const resolveOrganization = async (
  text: string,
  clientName: string,
  deps: OrganizationDeps
): Promise<{ readonly id: ResourceId; readonly created: boolean }> => {
  const { store } = deps
  // A bare id is taken for one when it is one: whoever copies it need not know the prefix.
  if (isId(text) && (await exists(store, text))) {
    return { id: text, created: false }
  }
  const wanted = wantedOf(text, clientName)
  if ('id' in wanted) {
    if (await exists(store, wanted.id)) return { id: wanted.id, created: false }
    throw new CommandError(
      `There is no Organization/${wanted.id} in this store. Give a name or an identifier system|value to have one made.`
    )
  }
  const { rows } = await store.search(
    { type: 'Organization', where: wanted.where, sort: [], limit: 10, total: 'none' },
    system
  )
  if (rows.length > 1) {
    throw new CommandError(
      `${rows.length} organisations fit ${JSON.stringify(text)}: ${rows.map(({ ref }) => `Organization/${ref.id}`).join(', ')}. Name one of them.`
    )
  }
  const [found] = rows
  return found === undefined
    ? { id: await create(wanted.resource, deps), created: true }
    : { id: found.ref.id, created: false }
}
