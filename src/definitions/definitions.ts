/** What the compiled tables offer the running server. Made by profiles/toolchain, read by load.ts; no package, no network. */
import type { Resource, ResourceType } from '../fhir/resource.ts'

/** Kinds of search parameter that this server answers. Others are absent here and so from the CapabilityStatement. */
export type SearchParameterKind = 'token' | 'reference' | 'date' | 'string' | 'uri'

export interface SearchParameter {
  /** `CarePlan.status`: type and code. */
  readonly key: string
  readonly type: ResourceType
  readonly code: string
  readonly kind: SearchParameterKind
  readonly url: string
  /** FHIRPath for this type alone (unions over types are split when compiled). */
  readonly expression: string
  /** Data types that the expression yields. */
  readonly datatypes: readonly string[]
  /** Token parameters on codes and booleans: the code system that the binding implies. */
  readonly system?: string
  /** Reference parameters: types they may point to. */
  readonly targets: readonly ResourceType[]
}

/** An element of a type or profile, by path. */
export interface ElementTable {
  readonly path: string
  readonly min: number
  /** Infinity written as null in the JSON. */
  readonly max: number | null
  readonly types: readonly { readonly code: string, readonly targetProfiles?: readonly string[] }[]
  /** Codes of a required binding that the tables hold; absent: not judged. */
  readonly codes?: string
  readonly contentReference?: string
}

export interface Definitions {
  readonly types: readonly ResourceType[]
  readonly isType: (name: string) => name is ResourceType
  /** All parameters of a type, `_id` and `_lastUpdated` excluded (search/ knows them). */
  readonly searchParameters: (type: ResourceType) => ReadonlyMap<string, SearchParameter>
  /** Codes of the parameters that put a type into the Patient (or other) compartment; undefined: not a member. */
  readonly compartment: (compartment: ResourceType, type: ResourceType) => readonly string[] | undefined
  /** PSI and Belgian definitions served as resources, by type. */
  readonly conformance: (type: ResourceType) => readonly Resource[]
}
