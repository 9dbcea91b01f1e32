/**
 * What the oracle knows: every committed change in order, raw. Nothing is compiled; each question
 * looks through the whole list.
 */
import { dateReader } from '../../../src/fhir/date.ts'
import { formatReference, parseReference } from '../../../src/fhir/reference.ts'
import type { Millis, Reference, Resource } from '../../../src/fhir/resource.ts'

export interface Version {
  /** Number of the commit: changes of one commit happen at once. */
  readonly seq: number
  readonly ref: Reference
  readonly version: string
  /** Absent: this version is a deletion. */
  readonly resource?: Resource
  /** Organisation of the client that wrote it, and whether that client publishes the directory. */
  readonly organization: string
  readonly publishes: boolean
}
export interface OracleWorld {
  readonly versions: readonly Version[]
  readonly zone: string
}

/** Who asks, reduced to what the rules look at. */
export interface Asker {
  readonly organization: string
  readonly user?: Reference
  readonly purpose?: string
}

export type Json = { readonly [element: string]: unknown }

export const list = (value: unknown): readonly Json[] =>
  Array.isArray(value) ? (value as Json[]) : []
export const object = (value: unknown): Json =>
  typeof value === 'object' && value !== null ? (value as Json) : {}
export const text = (value: unknown): string | undefined =>
  typeof value === 'string' ? value : undefined
export const referenceOf = (value: unknown): Reference | undefined =>
  parseReference(text(object(value)['reference']) ?? '')
export const same = (a: Reference | undefined, b: Reference | undefined): boolean =>
  a !== undefined && b !== undefined && a.type === b.type && a.id === b.id
export const codesOf = (concept: unknown, system: string): readonly string[] =>
  list(object(concept)['coding']).flatMap((coding) =>
    coding['system'] === system && typeof coding['code'] === 'string' ? [coding['code']] : []
  )

/** Found once per world, which no longer changes when it is asked about. */
const indexes = new WeakMap<OracleWorld, ReadonlyMap<string, readonly Version[]>>()

const indexOf = (world: OracleWorld): ReadonlyMap<string, readonly Version[]> => {
  const known = indexes.get(world)
  if (known !== undefined) return known
  const index = new Map<string, Version[]>()
  for (const version of world.versions) {
    index.set(formatReference(version.ref), [
      ...(index.get(formatReference(version.ref)) ?? []),
      version
    ])
  }
  indexes.set(world, index)
  return index
}

export const versionsOf = (world: OracleWorld, ref: Reference): readonly Version[] =>
  indexOf(world).get(formatReference(ref)) ?? []
export const currentOf = (world: OracleWorld, ref: Reference): Version | undefined =>
  versionsOf(world, ref).at(-1)
/** The resource as it stands now; undefined when unknown or deleted. */
export const now = (world: OracleWorld, ref: Reference | undefined): Resource | undefined =>
  ref === undefined ? undefined : currentOf(world, ref)?.resource
export const allNow = (
  world: OracleWorld,
  type: string
): readonly { readonly ref: Reference; readonly resource: Resource }[] =>
  world.versions.flatMap(({ ref, version, resource }) =>
    ref.type === type && resource !== undefined && currentOf(world, ref)?.version === version
      ? [{ ref, resource }]
      : []
  )

/** A deletion is judged by what it deleted. */
export const contentOf = (world: OracleWorld, version: Version): Resource | undefined =>
  version.resource ??
  versionsOf(world, version.ref).findLast(
    ({ seq, resource }) => seq < version.seq && resource !== undefined
  )?.resource

export interface Span {
  readonly lo: Millis
  readonly hi: Millis
}
const always: Span = { lo: -Infinity, hi: Infinity }

export const instantOf = (world: OracleWorld, value: unknown): Span | undefined =>
  dateReader(world.zone)(text(value) ?? '')
export const spanOf = (world: OracleWorld, period: unknown): Span =>
  period === undefined
    ? always
    : {
        lo: instantOf(world, object(period)['start'])?.lo ?? -Infinity,
        hi: instantOf(world, object(period)['end'])?.hi ?? Infinity
      }
export const within = (span: Span, at: Millis): boolean => span.lo <= at && at < span.hi
