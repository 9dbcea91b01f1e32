/**
 * Elements and invariants of every R4 type, read line by line when a type is first asked for.
 * https://hl7.org/fhir/R4/structuredefinition.html
 */
import type { ElementTable, Invariant, Structures, TypeTable } from './definitions.ts'
import { readElement } from './element.ts'

/** profiles/tables/structures.json. */
export type StructureFile = Readonly<Record<string, TypeEntry>>
interface TypeEntry {
  readonly kind: TypeTable['kind']
  readonly abstract?: true
  readonly base?: string
  readonly elements: Readonly<Record<string, Readonly<Record<string, string>>>>
  readonly invariants?: Readonly<Record<string, readonly Omit<Invariant, 'severity'>[]>>
}

const firstSegment = (path: string): string =>
  path.includes('.') ? path.slice(0, path.indexOf('.')) : path

export const loadStructures = (file: StructureFile): Structures => {
  const entries = new Map(Object.entries(file))
  const types = new Map(
    [...entries].map(([name, { kind, abstract, base }]): [string, TypeTable] => [
      name,
      { name, kind, abstract: abstract === true, ...(base !== undefined && { base }) }
    ])
  )
  const cache = new Map<string, ReadonlyMap<string, ElementTable> | undefined>()

  const read = (path: string): ReadonlyMap<string, ElementTable> | undefined => {
    const entry = entries.get(firstSegment(path))
    const own = entry?.elements[path]
    if (!entry || (own === undefined && !entries.has(path))) return undefined
    const base = path.includes('.') ? backbone(entries, path) : entry.base
    const inherited = base === undefined ? [] : [...(children(base) ?? [])]
    return new Map([
      ...inherited,
      ...Object.entries(own ?? {}).map(
        ([name, text]) => [name, readElement(path, name, text)] as const
      )
    ])
  }

  const children = (path: string): ReadonlyMap<string, ElementTable> | undefined => {
    if (!cache.has(path)) cache.set(path, read(path))
    return cache.get(path)
  }

  let choices: ReadonlySet<string> | undefined
  return {
    type: (name) => types.get(name),
    typeNames: () => types.keys(),
    children,
    choices: () => {
      choices ??= choiceNames(file)
      return choices
    },
    invariants: (path) =>
      entries
        .get(firstSegment(path))
        ?.invariants?.[path]?.map((one) => ({ ...one, severity: 'error' as const })) ?? []
  }
}

/**
 * A nested element (`CarePlan.activity`, `Timing.repeat`) inherits from the type that its own line
 * names.
 */
const backbone = (entries: ReadonlyMap<string, TypeEntry>, path: string): string => {
  const dot = path.lastIndexOf('.')
  const text = entries.get(firstSegment(path))?.elements[path.slice(0, dot)]?.[path.slice(dot + 1)]
  return text?.includes(' Element') === true ? 'Element' : 'BackboneElement'
}

const choiceNames = (file: StructureFile): ReadonlySet<string> =>
  new Set(
    Object.values(file)
      .flatMap(({ elements }) => Object.values(elements).flatMap((names) => Object.keys(names)))
      .filter((name) => name.endsWith('[x]'))
      .map((name) => name.slice(0, -3))
  )
