/** Literal references: `Type/id`, `Type/id/_history/vid`, or the same under this server's base. https://hl7.org/fhir/R4/references.html#literal */
import type { Reference, ResourceId, ResourceType, VersionId } from './resource.ts'

const literal = /^([A-Z][A-Za-z]{1,63})\/([A-Za-z0-9\-.]{1,64})(?:\/_history\/([A-Za-z0-9\-.]{1,64}))?$/

/**
 * Reads a literal reference.
 * @param base this server's FHIR base without a final slash; an absolute URL under it counts as relative
 * @returns undefined for anything else: absolute URLs elsewhere, `#contained`, `urn:…`, conditional references
 */
export const parseReference = (text: string, base?: string): (Reference & { readonly version?: VersionId }) | undefined => {
  const relative = base !== undefined && text.startsWith(`${base}/`) ? text.slice(base.length + 1) : text
  const found = literal.exec(relative)
  if (!found) return undefined
  const reference = { type: found[1] as ResourceType, id: found[2] as ResourceId }
  return found[3] === undefined ? reference : { ...reference, version: found[3] as VersionId }
}

export const formatReference = (reference: Reference): string => `${reference.type}/${reference.id}`
