/** Enumerates the codes of value sets that required bindings name. https://hl7.org/fhir/R4/valueset.html#compositions */
import type { CodeSystem, Concept, Include, ValueSet } from './definition.ts'
import { lastSegment } from './definition.ts'
import type { Package } from './package.ts'

type Codes = Map<string, Set<string>>

export interface Bindings {
  /** Key of the value set in the table; undefined when its codes cannot be listed from what the packages hold. */
  readonly key: (valueSet: string) => string | undefined
  readonly table: () => Record<string, { url: string, codes: Record<string, string[]> }>
  readonly unknown: () => readonly string[]
}

/** What this build cannot list, as an exception that names it. */
class NotEnumerable extends Error {}

const flatten = (concepts: readonly Concept[] | undefined): string[] => (concepts ?? []).flatMap((one) => [one.code, ...flatten(one.concept)])

const find = (concepts: readonly Concept[] | undefined, code: string): Concept | undefined => {
  for (const one of concepts ?? []) {
    const found = one.code === code ? one : find(one.concept, code)
    if (found) return found
  }
  return undefined
}

const filtered = (system: CodeSystem, filter: NonNullable<Include['filter']>[number]): string[] => {
  if (filter.property !== 'concept' || !['is-a', 'descendent-of'].includes(filter.op)) throw new NotEnumerable(`filter ${filter.property} ${filter.op}`)
  const root = find(system.concept, filter.value)
  if (!root) throw new NotEnumerable(`no concept ${filter.value} in ${system.url}`)
  return [...filter.op === 'is-a' ? [root.code] : [], ...flatten(root.concept)]
}

const add = (codes: Codes, system: string, list: readonly string[]): void => {
  const known = codes.get(system) ?? new Set()
  for (const code of list) known.add(code)
  codes.set(system, known)
}

const intersect = (left: Codes, right: Codes): Codes => new Map([...left].flatMap(([system, codes]) => {
  const both = [...codes].filter((code) => right.get(system)?.has(code))
  return both.length === 0 ? [] : [[system, new Set(both)] as const]
}))

export const createBindings = (source: Package): Bindings => {
  const keys = new Map<string, string | undefined>()
  const table: Record<string, { url: string, codes: Record<string, string[]> }> = {}
  const unknown: string[] = []

  const ofInclude = (include: Include): Codes => {
    let codes: Codes | undefined
    if (include.system !== undefined) {
      codes = new Map()
      const system = source.codeSystems.get(include.system)
      if (include.concept) add(codes, include.system, include.concept.map((one) => one.code))
      else if (system?.content !== 'complete') throw new NotEnumerable(`code system ${include.system} is not here in full`)
      else if (include.filter) for (const filter of include.filter) add(codes, include.system, filtered(system, filter))
      else add(codes, include.system, flatten(system.concept))
    }
    for (const url of include.valueSet ?? []) {
      const other = ofValueSet(url)
      codes = codes === undefined ? other : intersect(codes, other)
    }
    return codes ?? new Map()
  }

  const ofValueSet = (url: string): Codes => {
    const valueSet: ValueSet | undefined = source.valueSets.get(url.replace(/\|.*$/, ''))
    if (!valueSet?.compose?.include) throw new NotEnumerable(`value set ${url} is not here`)
    const codes: Codes = new Map()
    for (const include of valueSet.compose.include) for (const [system, list] of ofInclude(include)) add(codes, system, [...list])
    for (const exclude of valueSet.compose.exclude ?? []) for (const [system, list] of ofInclude(exclude)) for (const code of list) codes.get(system)?.delete(code)
    return codes
  }

  const key = (valueSet: string): string | undefined => {
    const url = valueSet.replace(/\|.*$/, '')
    if (keys.has(url)) return keys.get(url)
    let made: string | undefined
    try {
      const codes = ofValueSet(url)
      made = lastSegment(url)
      if (table[made] !== undefined) throw new Error(`two value sets end in ${made}: ${table[made]!.url}, ${url}`)
      table[made] = { url, codes: Object.fromEntries([...codes].map(([system, list]) => [system, [...list]])) }
    } catch (error) {
      if (!(error instanceof NotEnumerable)) throw error
      made = undefined
      unknown.push(`${url}: ${error.message}`)
    }
    keys.set(url, made)
    return made
  }

  return { key, table: () => Object.fromEntries(Object.entries(table).sort(([left], [right]) => left < right ? -1 : 1)), unknown: () => unknown }
}
