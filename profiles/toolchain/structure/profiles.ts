/** Profiles and extensions → trees of what they add to their R4 type; what they inherit unchanged from R4 is left to the structure tables. https://hl7.org/fhir/R4/profiling.html */
import type { Bindings } from './bindings.ts'
import type { Constraint, Definition, ElementDefinition, ElementType } from './definition.ts'
import { lastSegment, typeCode } from './definition.ts'

export interface ProfileNode {
  min?: number
  max?: number
  types?: string[]
  /** Resource types that a Reference may point to. */
  targets?: string[]
  /** Profiles of a data type or extension. */
  profiles?: string[]
  fixed?: unknown
  pattern?: unknown
  codes?: string
  rules?: { key: string, severity: string, human: string, expression: string }[]
  slicing?: { by: string[], closed?: true }
  slices?: Record<string, ProfileNode>
  children?: Record<string, ProfileNode>
}

export interface ProfileEntry {
  id: string
  type: string
  base?: string
  /** Extensions: where they may stand. */
  context?: string[]
  root: ProfileNode
}

export interface Base {
  /** R4 elements by path, for what a snapshot merely repeats. */
  readonly element: (path: string) => ElementDefinition | undefined
  /** Type of a profile or type by its URL. */
  readonly typeOf: (url: string) => string | undefined
  readonly isCoreRule: (key: string) => boolean
}

const core = 'http://hl7.org/fhir/StructureDefinition/'

export const createBase = (core: readonly Definition[], all: readonly Definition[]): Base => {
  const types = core.filter((one) => one.kind !== 'logical' && one.derivation !== 'constraint')
  const elements = new Map(types.flatMap((one) => one.snapshot?.element ?? []).map((element) => [element.path, element]))
  const keys = new Set(types.flatMap((one) => one.snapshot?.element ?? []).flatMap((element) => (element.constraint ?? []).map((constraint) => constraint.key)))
  const urls = new Map(all.map((one) => [one.url, one.type]))
  return { element: (path) => elements.get(path), typeOf: (url) => urls.get(url.replace(/\|.*$/, '')), isCoreRule: (key) => keys.has(key) }
}

const valueOf = (element: ElementDefinition, prefix: 'fixed' | 'pattern'): unknown => {
  const name = Object.keys(element).find((key) => key.startsWith(prefix) && key.length > prefix.length && key[prefix.length]! <= 'Z')
  return name === undefined ? undefined : element[name]
}

/** The rules of a data type come as its own path; FHIRPath at that focus does not know the type's name as a prefix. */
const relative = (expression: string, types: readonly ElementType[] | undefined): string =>
  (types ?? []).reduce((text, { code }) => text.replace(new RegExp(`^${code}\\.`), ''), expression)

const rulesOf = (element: ElementDefinition, base: Base): ProfileNode['rules'] => {
  const own = (element.constraint ?? []).filter((one): one is Constraint & { expression: string } => one.expression !== undefined && !base.isCoreRule(one.key))
  return own.map(({ key, severity, human, expression }) => ({ key, severity, human, expression: relative(expression, element.type) }))
}

const codesOf = (types: readonly ElementType[] | undefined, path: string): string[] => [...new Set((types ?? []).map((type) => typeCode(type, path)))]

const targetsOf = (types: readonly ElementType[] | undefined, base: Base): string[] | undefined => {
  const urls = (types ?? []).filter((type) => type.code === 'Reference').flatMap((type) => type.targetProfile ?? [])
  const found = [...new Set(urls.map((url) => base.typeOf(url) ?? (url.startsWith(core) ? lastSegment(url) : undefined)))]
  return urls.length === 0 || found.includes(undefined) || found.includes('Resource') ? undefined : found as string[]
}

const same = (left: readonly string[] | undefined, right: readonly string[] | undefined): boolean => JSON.stringify([...left ?? []].sort()) === JSON.stringify([...right ?? []].sort())

const max = (text: string): number => text === '*' ? Infinity : Number(text)

/** What one snapshot element says beyond R4. */
const facts = (element: ElementDefinition, base: Base, bindings: Bindings): ProfileNode => {
  const basePath = (element['base'] as { path: string } | undefined)?.path ?? element.path
  const original = base.element(basePath)
  const isSlice = element.sliceName !== undefined
  const types = codesOf(element.type, basePath)
  const targets = targetsOf(element.type, base)
  const profiles = (element.type ?? []).flatMap((type) => type.profile ?? [])
  const fixed = valueOf(element, 'fixed')
  const pattern = valueOf(element, 'pattern')
  const rules = rulesOf(element, base) ?? []
  const binding = element.binding?.strength === 'required' ? element.binding.valueSet : undefined
  const codes = binding === undefined || binding === original?.binding?.valueSet && original.binding.strength === 'required' ? undefined : bindings.key(binding)
  return {
    ...(isSlice ? element.min > 0 : element.min > (original?.min ?? 0)) ? { min: element.min } : {},
    ...Number.isFinite(max(element.max)) && (isSlice || max(element.max) < max(original?.max ?? '*')) ? { max: max(element.max) } : {},
    ...types.length > 0 && !same(types, codesOf(original?.type, basePath)) ? { types } : {},
    ...targets !== undefined && !same(targets, targetsOf(original?.type, base)) ? { targets } : {},
    ...profiles.length > 0 && original?.type?.[0]?.profile === undefined ? { profiles } : {},
    ...fixed === undefined ? {} : { fixed },
    ...pattern === undefined ? {} : { pattern },
    ...codes === undefined ? {} : { codes },
    ...rules.length > 0 ? { rules } : {},
    ...element.slicing?.discriminator ? { slicing: { by: element.slicing.discriminator.map(({ type, path }) => `${type} ${path}`), ...element.slicing.rules === 'closed' ? { closed: true as const } : {} } } : {}
  }
}

const childOf = (node: ProfileNode, segment: string): ProfileNode => {
  const [name, slice] = segment.split(/:(.*)/s) as [string, string | undefined]
  const child = (node.children ??= {})[name] ??= {}
  return slice === undefined ? child : (child.slices ??= {})[slice] ??= {}
}

const pruned = (node: ProfileNode): ProfileNode | undefined => {
  const keep = (nodes: Record<string, ProfileNode> | undefined): Record<string, ProfileNode> | undefined => {
    const kept = Object.entries(nodes ?? {}).flatMap(([name, child]) => { const rest = pruned(child); return rest === undefined ? [] : [[name, rest] as const] })
    return kept.length === 0 ? undefined : Object.fromEntries(kept)
  }
  const { slices, children, slicing, ...own } = node
  const keptSlices = keep(slices)
  const keptChildren = keep(children)
  const rest: ProfileNode = {
    ...own,
    ...slicing !== undefined && (keptSlices !== undefined || slicing.closed) ? { slicing } : {},
    ...keptSlices === undefined ? {} : { slices: keptSlices },
    ...keptChildren === undefined ? {} : { children: keptChildren }
  }
  return Object.keys(rest).length === 0 ? undefined : rest
}

const profileEntry = (definition: Definition, base: Base, bindings: Bindings): ProfileEntry => {
  const root: ProfileNode = {}
  for (const element of definition.snapshot?.element ?? []) {
    const segments = element.id.split('.').slice(1)
    const node = segments.reduce(childOf, root)
    // The cardinality of a type itself is nobody's rule.
    const { min: _min, max: _max, types: _types, ...rest } = facts(element, base, bindings)
    Object.assign(node, segments.length === 0 ? rest : facts(element, base, bindings))
  }
  const parent = definition.baseDefinition
  return {
    id: definition.id,
    type: definition.type,
    ...parent === undefined || parent === core + definition.type ? {} : { base: parent },
    ...definition.context ? { context: definition.context.map(({ type, expression }) => `${type} ${expression}`) } : {},
    root: pruned(root) ?? {}
  }
}

const isWanted = (definition: Definition): boolean => definition.derivation === 'constraint' && definition.snapshot !== undefined && definition.kind !== 'logical'

/** All profiles of `own`, and the extensions of R4. */
export const createProfiles = (own: readonly Definition[], r4: readonly Definition[], base: Base, bindings: Bindings): Record<string, ProfileEntry> => {
  const wanted = [...own, ...r4.filter((one) => one.type === 'Extension')].filter(isWanted).sort((left, right) => left.url < right.url ? -1 : 1)
  return Object.fromEntries(wanted.map((one) => [one.url, profileEntry(one, base, bindings)]))
}
