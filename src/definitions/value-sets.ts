/**
 * Codes of the value sets that required bindings name (profiles/tables/bindings.json).
 * https://hl7.org/fhir/R4/terminologies.html#required
 */
import type { ValueSetCodes } from './definitions.ts'

export type BindingFile = Readonly<
  Record<
    string,
    { readonly url: string; readonly codes: Readonly<Record<string, readonly string[]>> }
  >
>

export const loadValueSets = (file: BindingFile): ((key: string) => ValueSetCodes | undefined) => {
  const cache = new Map<string, ValueSetCodes>()
  return (key) => {
    const known = cache.get(key)
    const entry = known === undefined && Object.hasOwn(file, key) ? file[key] : undefined
    if (entry === undefined) return known
    const { url, codes } = entry
    const systems = new Map(Object.entries(codes).map(([system, list]) => [system, new Set(list)]))
    const made = {
      url,
      codes: new Set(Object.values(codes).flat()),
      has: (system: string | undefined, code: string) =>
        system !== undefined && systems.get(system)?.has(code) === true,
      systems: [...systems.keys()]
    }
    cache.set(key, made)
    return made
  }
}
