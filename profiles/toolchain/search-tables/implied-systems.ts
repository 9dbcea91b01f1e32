/** The code system behind an element of type code: implied by its required binding. https://hl7.org/fhir/R4/search.html#token */
import type { Place } from './element-types.ts'

export interface ValueSet { readonly url?: string, readonly compose?: { readonly include?: readonly { readonly system?: string, readonly valueSet?: readonly string[] }[] } }

/** Undefined where the binding draws on several systems, or the element is not a code. */
export const createImpliedSystems = (valueSets: readonly ValueSet[]): (leaf: Place) => string | undefined => {
  const systems = new Map<string, string>()
  for (const { url, compose } of valueSets) {
    const all = new Set(compose?.include?.map((include) => include.system))
    const [system] = all
    if (url !== undefined && all.size === 1 && system !== undefined) systems.set(url, system)
  }
  return ({ datatype, element }) => {
    if (datatype === 'boolean') return 'http://hl7.org/fhir/special-values'
    if (datatype !== 'code' || element?.binding?.strength !== 'required') return undefined
    return systems.get((element.binding.valueSet ?? '').replace(/\|.*/, ''))
  }
}
