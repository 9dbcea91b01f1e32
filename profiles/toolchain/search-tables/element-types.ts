/** Walks StructureDefinition snapshots: what an element of a type may hold. https://hl7.org/fhir/R4/elementdefinition.html */

export interface Definition {
  readonly type: string
  readonly kind: string
  readonly abstract: boolean
  readonly derivation?: string
  readonly snapshot?: { readonly element: readonly ElementDefinition[] }
}
export interface ElementDefinition {
  readonly path: string
  readonly type?: readonly { readonly code: string, readonly targetProfile?: readonly string[] }[]
  readonly contentReference?: string
  readonly binding?: { readonly strength: string, readonly valueSet?: string }
}

/** A place in a definition: an element's path, and the type whose snapshot holds it. */
export interface Place { readonly path: string, readonly datatype: string, readonly element?: ElementDefinition, readonly targets: readonly string[] | 'any' }
export interface ElementTypes {
  readonly root: (type: string) => Place
  /** The places that a child element leads to: one per type of a choice. Throws when there is no such element. */
  readonly children: (place: Place, name: string) => { readonly choice: boolean, readonly places: readonly Place[] }
}

const inSnapshot = new Set(['BackboneElement', 'Element'])

export const createElementTypes = (definitions: readonly Definition[]): ElementTypes => {
  const elements = new Map<string, ElementDefinition>()
  for (const definition of definitions) for (const element of definition.snapshot?.element ?? []) elements.set(element.path, element)

  const children: ElementTypes['children'] = (place, name) => {
    const parent = inSnapshot.has(place.datatype) ? place.path : place.datatype
    const plain = elements.get(`${parent}.${name}`)
    const element = plain ?? elements.get(`${parent}.${name}[x]`)
    if (!element) throw new Error(`no element ${parent}.${name}`)
    if (element.contentReference) return { choice: false, places: [{ path: element.contentReference.slice(1), datatype: 'BackboneElement', targets: 'any' }] }
    const places = (element.type ?? []).map((type) => ({ path: element.path, datatype: codeOf(type.code), element, targets: targetsOf(type.targetProfile) }))
    return { choice: plain === undefined, places }
  }
  return { root: (type) => ({ path: type, datatype: type, targets: 'any' }), children }
}

/** Primitive values and ids are typed by FHIRPath system URLs in snapshots. */
const codeOf = (code: string) => code.startsWith('http://hl7.org/fhirpath/System.') ? 'string' : code

const targetsOf = (profiles: readonly string[] | undefined): readonly string[] | 'any' => {
  const types = profiles?.map((url) => url.slice(url.lastIndexOf('/') + 1)) ?? []
  return types.length === 0 || types.includes('Resource') ? 'any' : types
}
