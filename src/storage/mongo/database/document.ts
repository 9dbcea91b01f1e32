/** Between the port's words and the documents. */
import { Binary } from 'mongodb'
import { formatReference } from '../../../fhir/reference.ts'
import type { Reference, ResourceId, ResourceType, VersionId } from '../../../fhir/resource.ts'
import type { AclEntry, Envelope, Put, Stored } from '../../store.ts'
import type { AclPart, ResourceDocument, VersionDocument, VersionFields } from './collections.ts'
import { indexFields } from './index-values.ts'

export const idOf = (ref: Reference): string => formatReference(ref)

export const versionIdOf = (resource: string, version: string): string => `${resource}/${version}`

export const referenceOf = (id: string): Reference => {
  const slash = id.indexOf('/')
  return { type: id.slice(0, slash) as ResourceType, id: id.slice(slash + 1) as ResourceId }
}

/**
 * Loopback of the two acl shapes; the order stays, so that a re-stamp by the same rules changes
 * nothing.
 */
export const aclParts = (acl: readonly AclEntry[]): readonly AclPart[] =>
  acl.map(({ key, from, to }) => ({ k: key, f: from, t: to }))

export const envelopeFields = (envelope: Envelope): Pick<VersionFields, 'env' | 'pe'> => ({
  env: JSON.stringify(envelope),
  pe: envelope.persons
})

/** @param n creation number of the resource @param vn number of this version */
export const resourceDocument = (
  { stored, index, acl }: Put,
  n: number,
  vn: number
): ResourceDocument => ({
  _id: idOf(stored.ref),
  t: stored.ref.type,
  n,
  vn,
  v: stored.version,
  at: stored.at,
  m: stored.method,
  del: stored.deleted,
  json: new Binary(stored.json),
  ...envelopeFields(stored.envelope),
  acl: aclParts(acl),
  ...indexFields(stored.ref.type, index)
})

export const versionDocument = ({
  _id,
  n,
  vn,
  v,
  at,
  m,
  del,
  json,
  env,
  pe,
  acl
}: ResourceDocument): VersionDocument => ({
  _id: versionIdOf(_id, v),
  r: _id,
  n,
  vn,
  v,
  at,
  m,
  del,
  json,
  env,
  pe,
  acl
})

/** What a Stored is made of; index values and acl stay in the database. */
export const storedProjection = { v: 1, at: 1, m: 1, del: 1, json: 1, env: 1, n: 1 } as const

export const storedOf = (
  ref: Reference,
  { v, at, m, del, json, env }: Pick<VersionFields, keyof typeof storedProjection>
): Stored => ({
  ref,
  version: v as VersionId,
  at,
  method: m,
  deleted: del,
  json: bytesOf(json),
  envelope: JSON.parse(env) as Envelope
})

/** The client promotes binaries to buffers; before-images are read without. */
const bytesOf = (json: Binary | Uint8Array): Uint8Array =>
  json instanceof Uint8Array ? json : json.value()
