/**
 * The body of a write: a resource of the right type that meets its definitions.
 * https://hl7.org/fhir/R4/http.html#create
 */
import { FhirError } from '../../fhir/fhir-error.ts'
import type { Issue } from '../../fhir/fhir-error.ts'
import { copyOwnSources } from '../../fhir/json-source.ts'
import type { Resource, ResourceId, ResourceType } from '../../fhir/resource.ts'
import type { Context } from '../../exchange/context.ts'

export const resourceOf = (body: unknown, type: ResourceType): Resource => {
  if (typeof body !== 'object' || body === null || Array.isArray(body)) {
    throw new FhirError(
      'invalid',
      `Found ${body === undefined ? 'no body' : 'a body that is no JSON object'}, expected a ${type}; send the resource as JSON.`,
      { issue: 'structure' }
    )
  }
  const { resourceType } = body as { readonly resourceType?: unknown }
  if (resourceType !== type) {
    throw new FhirError('invalid', [
      {
        severity: 'error',
        code: 'structure',
        expression: 'resourceType',
        diagnostics: `Found resourceType ${JSON.stringify(resourceType) ?? '(none)'}, expected "${type}" as in the URL; correct one of them.`
      }
    ])
  }
  return body as Resource
}

/**
 * The resource as it will be stored: without what the server sets, under this id. A copy, since the
 * interaction may run
 * again on the same body (retry.ts) and the store completes what it is given.
 */
export const stampable = (resource: Resource, id?: ResourceId): Resource => {
  const { id: _id, meta, ...rest } = resource
  const copy: Resource = {
    ...rest,
    ...(id !== undefined && { id }),
    ...(meta !== undefined && { meta: withoutServerMeta(meta) })
  }
  if (isElement(meta) && Object.keys(copy.meta ?? {}).length === 0) delete copy.meta
  copyOwnSources(resource, copy)
  return copy
}

/**
 * Whether the server may look into it. `null`, an array or text stays as it is, for the validator
 * to refuse.
 */
export const isElement = (meta: unknown): boolean =>
  typeof meta === 'object' && meta !== null && !Array.isArray(meta)

const withoutServerMeta = (meta: NonNullable<Resource['meta']>): NonNullable<Resource['meta']> => {
  if (!isElement(meta)) return meta
  const { versionId: _versionId, lastUpdated: _lastUpdated, ...rest } = meta
  return rest
}

/**
 * @returns what is worth telling though it stops nothing
 * @throws FhirError invalid for wrong structure, unprocessable for anything else that is an error
 */
export const checked = (
  context: Context,
  resource: Resource,
  type: ResourceType
): readonly Issue[] => {
  const issues = context.validate(resource, type)
  const errors = issues.filter(({ severity }) => severity === 'error' || severity === 'fatal')
  if (errors.length === 0) return issues
  throw new FhirError(
    errors.some(({ code }) => code === 'structure') ? 'invalid' : 'unprocessable',
    issues
  )
}
