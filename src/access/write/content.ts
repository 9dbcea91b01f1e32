/**
 * What the server adds to a resource before it is stored, and what it leaves out of account when it
 * compares two.
 */
import { isDeepStrictEqual } from 'node:util'
import { stringifyJson } from '../../fhir/json.ts'
import type { Millis, Resource, ResourceId, VersionId } from '../../fhir/resource.ts'

const encoder = new TextEncoder()

/** Sets id, versionId and lastUpdated in place and gives the bytes that are stored and sent. */
export const finish = (
  resource: Resource,
  id: ResourceId,
  version: VersionId,
  at: Millis
): Uint8Array => {
  resource.id = id
  resource.meta = { ...resource.meta, versionId: version, lastUpdated: new Date(at).toISOString() }
  return encoder.encode(stringifyJson(resource))
}

const content = (resource: Resource): Record<string, unknown> => {
  const { id: _id, meta, ...rest } = resource
  const { versionId: _versionId, lastUpdated: _lastUpdated, ...kept } = meta ?? {}
  return Object.keys(kept).length === 0 ? rest : { ...rest, meta: kept }
}

/**
 * Equal but for what the server sets: such an update makes no version, so that a repeated push
 * changes nothing.
 */
export const sameContent = (a: Resource, b: Resource): boolean =>
  isDeepStrictEqual(content(a), content(b))
