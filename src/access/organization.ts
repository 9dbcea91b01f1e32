/** The organisation behind a client, for the operator's command line: found in the directory, or entered there. */
import { parseReference } from '../fhir/reference.ts'
import type { Millis, Resource, ResourceId, VersionId } from '../fhir/resource.ts'
import { fold } from '../fhir/string.ts'
import type { IndexValues, Node } from '../search/query.ts'
import type { Store } from '../storage/store.ts'
import { aclOf } from './acl.ts'
import { envelopeOf } from './envelope.ts'
import { noGrants } from './grants.ts'
import { system } from './system.ts'
import { finish } from './write/content.ts'

export interface OrganizationDeps {
  readonly store: Store
  readonly extract: (resource: Resource) => IndexValues
  readonly newId: () => ResourceId
  readonly clock: () => Millis
  readonly zone: string
}

const filterOf = (selector: string): Node => {
  const [namingSystem, code, ...rest] = selector.split('|')
  if (namingSystem !== undefined && code !== undefined && rest.length === 0) return { kind: 'token', parameter: 'Organization.identifier', system: namingSystem, code }
  return { kind: 'and', nodes: [{ kind: 'string', parameter: 'Organization.name', match: 'exact', value: selector }] }
}

/**
 * @param selector `Organization/<id>`, an identifier `system|value`, or a name as written
 * @returns every organisation that it fits; several are the operator's to choose from
 */
export const findOrganizations = async ({ store }: OrganizationDeps, selector: string): Promise<readonly ResourceId[]> => {
  const reference = parseReference(selector)
  if (reference !== undefined) {
    const [row] = await store.read([{ type: 'Organization', id: reference.id }], system)
    return reference.type === 'Organization' && row !== undefined && !row.deleted ? [row.ref.id] : []
  }
  const { rows } = await store.search({ type: 'Organization', where: filterOf(selector), sort: [], limit: 10, total: 'none' }, system)
  return rows.map(({ ref }) => ref.id)
}

/** Enters an organisation into the directory, its own custodian and seen by every client. */
export const enterOrganization = async (deps: OrganizationDeps, elements: { readonly name: string, readonly identifier?: readonly { readonly system: string, readonly value: string }[] }): Promise<ResourceId> => {
  const { store, extract, newId, clock, zone } = deps
  const id = newId()
  const version = newId() as string as VersionId
  const resource: Resource = { resourceType: 'Organization', active: true, ...elements, identifier: elements.identifier ?? [] }
  if (elements.identifier === undefined) delete resource['identifier']
  const ref = { type: 'Organization', id } as const
  const envelope = envelopeOf({ resource, ref, custodian: id, zone, published: true })
  const at = clock()
  const json = finish(resource, id, version, at)
  await store.commit({
    id: newId(),
    // two commands at once for the same name make one organisation: the second finds the guard moved
    guards: [{ name: `organization/${fold(elements.name)}`, expect: (await store.guards([`organization/${fold(elements.name)}`]))[0] ?? 0, bump: true }],
    puts: [{ stored: { ref, version, at, method: 'POST', deleted: false, json, envelope }, index: extract(resource), acl: aclOf(envelope, noGrants) }],
    restamps: [],
    records: [],
    audit: []
  })
  return id
}
