/** What a change becomes in the store, before anybody's keys are on it, and what is told of it. */
import type { Millis, Resource, ResourceId, VersionId } from '../../fhir/resource.ts'
import { noIndexValues } from '../../search/query.ts'
import type { IndexValues } from '../../search/query.ts'
import type { Put, Stored } from '../../storage/store.ts'
import type { Written } from '../guarded-store.ts'
import { withConsentActors } from '../index-values.ts'
import { finish } from './content.ts'
import type { Prepared } from './handed-on.ts'

interface PutDeps {
  readonly extract: (resource: Resource) => IndexValues
  readonly newId: () => ResourceId
}

const deletion = (
  { change: { ref }, envelope }: Prepared,
  version: VersionId,
  at: Millis
): Stored => ({
  ref,
  version,
  at,
  method: 'DELETE',
  deleted: true,
  json: new Uint8Array(0),
  envelope
})

export const putOf = ({ extract, newId }: PutDeps, at: Millis, prepared: Prepared): Put => {
  const { change, before, envelope } = prepared
  const version = newId() as string as VersionId
  const replaces = before === undefined ? {} : { replaces: before.version }
  if (change.kind === 'delete') {
    const stored = deletion(prepared, version, at)
    return { stored, index: noIndexValues, acl: [], ...replaces }
  }
  const { ref, resource } = change
  const json = finish(resource, ref.id, version, at)
  const method = change.kind === 'create' ? 'POST' : change.method
  return {
    stored: { ref, version, at, method, deleted: false, json, envelope },
    index: withConsentActors(extract)(resource),
    acl: [],
    ...replaces
  }
}

/** @param put absent: the change was idle */
export const writtenAs = ({ change, before }: Prepared, put: Put | undefined): Written => {
  if (put === undefined) {
    return before === undefined
      ? { outcome: 'absent' }
      : { outcome: change.kind === 'delete' ? 'absent' : 'unchanged', stored: before }
  }
  if (change.kind === 'delete') return { outcome: 'deleted', stored: put.stored }
  return {
    outcome: before === undefined || before.deleted ? 'created' : 'updated',
    stored: put.stored
  }
}
