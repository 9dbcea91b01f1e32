/** StructureDefinitions of types → one line per element: `1..1 Reference(Patient Group) ^`. The grammar is read by src/definitions/element.ts. */
import type { Bindings } from './bindings.ts'
import type { Constraint, Definition, ElementDefinition, ElementType } from './definition.ts'
import { lastSegment, typeCode } from './definition.ts'

export interface TypeEntry {
  kind: 'primitive' | 'complex' | 'resource'
  abstract?: true
  base?: string
  /** Own elements by path under the type; the base's come first and are not repeated. */
  elements: Record<string, Record<string, string>>
  /** Invariants of severity error, by path; those of the base are not repeated. */
  invariants?: Record<string, { key: string, human: string, expression: string }[]>
}

/** Every choice of Extension.value[x] and its like is this one list. */
export const openTypes = '*'

const typeText = (type: ElementType, path: string): string => {
  const code = typeCode(type, path)
  const targets = (type.targetProfile ?? type.profile ?? []).map(lastSegment).filter((name) => name !== 'Resource')
  return targets.length === 0 ? code : `${code}(${targets.join(' ')})`
}

const elementText = (element: ElementDefinition, bindings: Bindings): string => {
  const types = element.type ?? []
  const text = element.contentReference ?? (types.length > 40 ? openTypes : types.map((type) => typeText(type, element.path)).join('|'))
  const binding = element.binding?.strength === 'required' && element.binding.valueSet !== undefined ? bindings.key(element.binding.valueSet) : undefined
  return [`${element.min}..${element.max}`, text, binding === undefined ? '' : `@${binding}`, element.isSummary === true ? '^' : ''].filter((part) => part !== '').join(' ')
}

/** Held natively by the structure walk on every element. */
const everywhere = new Set(['ele-1', 'ext-1'])

const ownConstraints = (definition: Definition, element: ElementDefinition): Constraint[] => (element.constraint ?? [])
  .filter((one) => one.severity === 'error' && one.expression !== undefined && !everywhere.has(one.key))
  .filter((one) => !('source' in one) || lastSegment(String((one as { source?: string }).source)) === definition.name)

const splitPath = (path: string): [string, string] => {
  const dot = path.lastIndexOf('.')
  return [path.slice(0, dot), path.slice(dot + 1)]
}

const kinds = { 'primitive-type': 'primitive', 'complex-type': 'complex', resource: 'resource' } as const

const typeEntry = (definition: Definition, inherited: ReadonlyMap<string, string>, bindings: Bindings): TypeEntry => {
  const elements: TypeEntry['elements'] = {}
  const invariants: NonNullable<TypeEntry['invariants']> = {}
  for (const element of definition.snapshot?.element ?? []) {
    const constraints = ownConstraints(definition, element)
    if (constraints.length > 0) invariants[element.path] = constraints.map(({ key, human, expression }) => ({ key, human, expression: expression! }))
    if (!element.path.includes('.') || definition.kind === 'primitive-type') continue
    const [parent, name] = splitPath(element.path)
    const text = elementText(definition.kind === 'resource' && element.path === `${definition.type}.id` ? { ...element, path: 'Resource.id' } : element, bindings)
    if (parent === definition.type ? inherited.get(name) === text : ['id', 'extension', 'modifierExtension'].includes(name)) continue
    const siblings = elements[parent] ??= {}
    siblings[name] = text
  }
  return {
    kind: kinds[definition.kind as keyof typeof kinds],
    ...definition.abstract ? { abstract: true as const } : {},
    ...definition.baseDefinition === undefined ? {} : { base: lastSegment(definition.baseDefinition) },
    elements,
    ...Object.keys(invariants).length === 0 ? {} : { invariants }
  }
}

/** Inherited lines of a type, as its own snapshot would write them. */
const lines = (types: ReadonlyMap<string, TypeEntry>, name: string | undefined): Map<string, string> => {
  const entry = name === undefined ? undefined : types.get(name)
  if (!entry) return new Map()
  return new Map([...lines(types, entry.base), ...Object.entries(entry.elements[name!] ?? {})])
}

export const createTypes = (definitions: readonly Definition[], bindings: Bindings): Record<string, TypeEntry> => {
  const wanted = definitions.filter((one) => one.kind !== 'logical' && one.derivation !== 'constraint')
  const byName = new Map(wanted.map((one) => [one.name, one]))
  const types = new Map<string, TypeEntry>()
  const visit = (definition: Definition): void => {
    if (types.has(definition.name)) return
    const base = definition.baseDefinition === undefined ? undefined : byName.get(lastSegment(definition.baseDefinition))
    if (base) visit(base)
    types.set(definition.name, typeEntry(definition, lines(types, base?.name), bindings))
  }
  for (const definition of [...wanted].sort((left, right) => left.name < right.name ? -1 : 1)) visit(definition)
  return Object.fromEntries(types)
}
