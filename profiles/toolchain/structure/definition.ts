/** What the table builder reads of a StructureDefinition, ValueSet and CodeSystem. https://hl7.org/fhir/R4/structuredefinition.html */

export interface Definition {
  readonly resourceType: string
  readonly id: string
  readonly url: string
  readonly name: string
  readonly type: string
  readonly kind: 'primitive-type' | 'complex-type' | 'resource' | 'logical'
  readonly abstract: boolean
  readonly derivation?: 'specialization' | 'constraint'
  readonly baseDefinition?: string
  readonly context?: readonly { readonly type: string, readonly expression: string }[]
  readonly snapshot?: { readonly element: readonly ElementDefinition[] }
  readonly differential?: { readonly element: readonly ElementDefinition[] }
}

export interface ElementDefinition {
  readonly id: string
  readonly path: string
  readonly sliceName?: string
  readonly slicing?: { readonly discriminator?: readonly { readonly type: string, readonly path: string }[], readonly rules: string, readonly ordered?: boolean }
  readonly min: number
  readonly max: string
  readonly type?: readonly ElementType[]
  readonly contentReference?: string
  readonly isSummary?: boolean
  readonly binding?: { readonly strength: string, readonly valueSet?: string }
  readonly constraint?: readonly Constraint[]
  readonly [key: string]: unknown
}

export interface ElementType {
  readonly code: string
  readonly profile?: readonly string[]
  readonly targetProfile?: readonly string[]
  readonly extension?: readonly { readonly url: string, readonly valueUrl?: string }[]
}

export interface Constraint { readonly key: string, readonly severity: string, readonly human: string, readonly expression?: string }

export interface ValueSet {
  readonly url: string
  readonly compose?: { readonly include?: readonly Include[], readonly exclude?: readonly Include[] }
}

export interface Include {
  readonly system?: string
  readonly concept?: readonly { readonly code: string }[]
  readonly filter?: readonly { readonly property: string, readonly op: string, readonly value: string }[]
  readonly valueSet?: readonly string[]
}

export interface Concept { readonly code: string, readonly concept?: readonly Concept[] }

export interface CodeSystem { readonly url: string, readonly content: string, readonly concept?: readonly Concept[] }

export const lastSegment = (url: string): string => url.replace(/\|.*$/, '').replace(/^.*\//, '')

const fhirType = 'http://hl7.org/fhir/StructureDefinition/structuredefinition-fhir-type'

/** `id` and `url` are FHIRPath system types in the definitions; an extension tells the FHIR type, wrongly for `Resource.id`. */
export const typeCode = (type: ElementType, path: string): string =>
  path === 'Resource.id' ? 'id' : type.extension?.find((extension) => extension.url === fhirType)?.valueUrl ?? type.code
