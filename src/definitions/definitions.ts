/**
 * What the compiled tables offer the running server. Made by profiles/toolchain, read by load.ts;
 * no package, no network.
 */
import type { Resource, ResourceType } from '../fhir/resource.ts'

export interface SearchParameter {
  /** `CarePlan.status`: type and code. */
  readonly key: string
  readonly type: ResourceType
  readonly code: string
  /** One of search/parameters/kinds.ts: the tables hold no parameter of another kind. */
  readonly kind: string
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

export interface ElementType {
  /** `Reference`, `CodeableConcept`, `dateTime`. */
  readonly code: string
  /** Reference and canonical: types they may point to (absent: any). Quantity: `SimpleQuantity`. */
  readonly targets?: readonly string[]
}

/** An element of an R4 type, as its definition names it: `scheduled[x]`, not `scheduledPeriod`. */
export interface ElementTable {
  readonly name: string
  readonly path: string
  readonly min: number
  readonly max: number
  /** Empty when `contentReference` says whose elements these are. */
  readonly types: readonly ElementType[]
  /** Key of the value set of a required binding that the tables hold; absent: not judged. */
  readonly codes?: string
  /** Path whose elements this one repeats: `Questionnaire.item`. */
  readonly contentReference?: string
  /** Part of `_summary=true`. */
  readonly summary: boolean
}

/** A rule in FHIRPath. https://hl7.org/fhir/R4/conformance-rules.html#constraints */
export interface Invariant {
  readonly key: string
  readonly severity: 'error' | 'warning'
  readonly human: string
  readonly expression: string
}

export interface TypeTable {
  readonly name: string
  readonly kind: 'primitive' | 'complex' | 'resource'
  readonly abstract: boolean
  readonly base?: string
}

export interface Structures {
  readonly type: (name: string) => TypeTable | undefined
  readonly typeNames: () => Iterable<string>
  /**
   * Elements of a type (`CarePlan`) or of a nested element (`CarePlan.activity`) by name, in the
   * order of the standard, inherited ones first.
   */
  readonly children: (path: string) => ReadonlyMap<string, ElementTable> | undefined
  /** Names of all choice elements, as in `value[x]`, without the brackets. */
  readonly choices: () => ReadonlySet<string>
  /** Invariants on a type or element, without those of its base type. */
  readonly invariants: (path: string) => readonly Invariant[]
}

export interface ValueSetCodes {
  readonly url: string
  readonly systems: readonly string[]
  /** Of all systems, for elements of type code. */
  readonly codes: ReadonlySet<string>
  readonly has: (system: string | undefined, code: string) => boolean
}

/**
 * What a profile says of an element beyond its R4 type; absent: nothing.
 * https://hl7.org/fhir/R4/profiling.html
 */
export interface ProfileNode {
  readonly min?: number
  readonly max?: number
  readonly types?: readonly string[]
  /** Resource types that a Reference may point to. */
  readonly targets?: readonly string[]
  /** Profiles of the data type. */
  readonly profiles?: readonly string[]
  readonly fixed?: unknown
  readonly pattern?: unknown
  /** Key of the value set of a required binding. */
  readonly codes?: string
  readonly rules?: readonly Invariant[]
  /** `by`: kind and path of each discriminator, as in `value url`. */
  readonly slicing?: { readonly by: readonly string[]; readonly closed?: true }
  readonly slices?: Readonly<Record<string, ProfileNode>>
  /** By element name, choices as `value[x]`. */
  readonly children?: Readonly<Record<string, ProfileNode>>
}

/** A profile of a resource or data type, or an extension. */
export interface Profile {
  readonly url: string
  readonly id: string
  readonly type: string
  /** URL of the profile that this one narrows. */
  readonly base?: string
  /** Extensions: kind and expression of each place where it may stand, as in `element CarePlan`. */
  readonly context?: readonly string[]
  readonly root: ProfileNode
}

export interface Definitions {
  readonly types: readonly ResourceType[]
  readonly isType: (name: string) => name is ResourceType
  /** All parameters of a type, `_id` and `_lastUpdated` excluded (search/ knows them). */
  readonly searchParameters: (type: ResourceType) => ReadonlyMap<string, SearchParameter>
  /**
   * Whether the bare value of a parameter is the id of a Patient, or may be one.
   * @param type what is searched; undefined where no search is meant, as for an operation
   * @param name with modifier, chain or `_has`, decoded
   */
  readonly namesPatient: (type: string | undefined, name: string) => boolean
  /**
   * Codes of the parameters that put a type into the Patient (or other) compartment; undefined: not
   * a member.
   */
  readonly compartment: (
    compartment: ResourceType,
    type: ResourceType
  ) => readonly string[] | undefined
  /** PSI and Belgian definitions served as resources, by type. */
  readonly conformance: (type: ResourceType) => readonly Resource[]
  /** Structure of every R4 type: validation, XML and `_summary` go by it. */
  readonly structures: Structures
  readonly valueSet: (key: string) => ValueSetCodes | undefined
  /**
   * By canonical URL, with or without version: Belgian and PSI profiles, and extensions also of R4.
   */
  readonly profile: (url: string) => Profile | undefined
}
