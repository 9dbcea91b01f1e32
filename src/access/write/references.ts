/**
 * Literal references in a resource, and whether the caller may point there: a hidden target is a
 * missing one.
 */
import { FhirError } from '../../fhir/fhir-error.ts'
import type { Issue } from '../../fhir/fhir-error.ts'
import { formatReference, parseReference } from '../../fhir/reference.ts'
import type { Reference, Resource } from '../../fhir/resource.ts'

export interface Found {
  readonly ref: Reference
  readonly expression: string
}

/**
 * Every `reference` element with a literal reference to this server, with its FHIRPath. Contained,
 * absolute and logical references are left alone.
 */
export const literalReferences = (resource: Resource): readonly Found[] => {
  const found: Found[] = []
  const walk = (value: unknown, path: string): void => {
    if (Array.isArray(value)) {
      value.forEach((each, i) => {
        walk(each, `${path}[${String(i)}]`)
      })
      return
    }
    if (typeof value !== 'object' || value === null) return
    for (const [name, child] of Object.entries(value)) {
      if (name === 'reference' && typeof child === 'string') {
        const ref = parseReference(child)
        if (ref !== undefined) {
          found.push({ ref: { type: ref.type, id: ref.id }, expression: `${path}.reference` })
        }
      } else if (typeof child === 'object' && name !== 'text') walk(child, `${path}.${name}`)
    }
  }
  walk(resource, resource.resourceType)
  return found
}

export interface Checked {
  readonly found: readonly Found[]
  readonly beforeResource: Resource | undefined
}

/**
 * References that are new in this write: they must lead to something that the caller sees or writes
 * in the same batch. What stood in the version before may stay: the caller need not see it to keep
 * it.
 */
export const newReferences = (
  writes: readonly Checked[],
  inBatch: ReadonlySet<string>
): readonly Found[] =>
  writes.flatMap(({ found, beforeResource }) => {
    const kept = new Set(
      beforeResource === undefined
        ? []
        : literalReferences(beforeResource).map(({ ref }) => formatReference(ref))
    )
    return found.filter(
      ({ ref }) => !kept.has(formatReference(ref)) && !inBatch.has(formatReference(ref))
    )
  })

/**
 * @param seen what the caller sees of it, by `Type/id`
 * @throws FhirError unprocessable, one issue per dangling reference, the same for hidden and
 * unknown
 */
export const checkReferences = (
  references: readonly Found[],
  seen: { readonly has: (key: string) => boolean }
): void => {
  const issues = references
    .filter(({ ref }) => !seen.has(formatReference(ref)))
    .map(({ ref, expression }): Issue => ({
      severity: 'error',
      code: 'not-found',
      expression,
      diagnostics: `Found a reference to ${formatReference(ref)}, expected one to a resource on this server; create it first or send it in the same transaction.`
    }))
  if (issues.length > 0) throw new FhirError('unprocessable', issues)
}
