/** Columns of a version and back. */
import type { Reference, ResourceId, ResourceType, VersionId } from '../../../fhir/resource.ts'
import type { Envelope, Stored } from '../../store.ts'
import type { Row } from '../file/driver.ts'

/** As numbered in ver.method. */
export const methods: readonly Stored['method'][] = ['POST', 'PUT', 'PATCH', 'DELETE']

/** From `ver v` and `body b`; toStored takes them in this order. */
export const versionColumns = 'v.version, v.at, v.method, v.deleted, v.envelope, b.json'

export const toStored = (ref: Reference, row: Row, from = 0): Stored => ({
  ref,
  version: row[from] as VersionId,
  at: row[from + 1] as number,
  method: methods[row[from + 2] as number] ?? 'PUT',
  deleted: row[from + 3] === 1,
  envelope: JSON.parse(row[from + 4] as string) as Envelope,
  json: row[from + 5] as Uint8Array
})

export const toReference = (type: ResourceType, id: unknown): Reference => ({
  type,
  id: id as ResourceId
})
