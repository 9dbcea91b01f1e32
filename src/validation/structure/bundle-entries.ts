/** Entries of a Bundle, by their full URLs. https://hl7.org/fhir/R4/bundle.html#references */
import type { Json } from '../../fhir/json-object.ts'
import { isObject } from '../../fhir/json-object.ts'

const entryTypes = new WeakMap<Json, ReadonlyMap<string, string>>()
/** Full URLs of a Bundle and the types behind them. */
export const entriesOf = (bundle: Json): ReadonlyMap<string, string> | undefined => {
  if (bundle['resourceType'] !== 'Bundle' || !Array.isArray(bundle['entry'])) return undefined
  const known = entryTypes.get(bundle)
  if (known) return known
  const made = new Map(
    (bundle['entry'] as unknown[])
      .filter(isObject)
      .flatMap(({ fullUrl, resource }): [string, string][] =>
        typeof fullUrl === 'string' &&
        isObject(resource) &&
        typeof resource['resourceType'] === 'string'
          ? [[fullUrl, resource['resourceType']]]
          : []
      )
  )
  entryTypes.set(bundle, made)
  return made
}
