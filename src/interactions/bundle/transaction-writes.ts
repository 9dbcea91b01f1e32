/**
 * The writing entries of a transaction: what each is about, settled before any of them changes.
 * https://hl7.org/fhir/R4/http.html#trules
 */
import type { ScopeAction } from '../../auth/caller.ts'
import { isId } from '../../fhir/id.ts'
import { FhirError } from '../../fhir/fhir-error.ts'
import { formatReference } from '../../fhir/reference.ts'
import { inEntry } from './bundle-entries.ts'
import type { BundleItem } from './bundle-entries.ts'
import type { Context, Target } from '../../exchange/context.ts'
import { creating } from '../write/create.ts'
import { deleting } from '../write/delete.ts'
import { patching } from '../write/patch.ts'
import { isReadOnly, isTransient } from '../../fhir/type-groups.ts'
import { requireScope } from '../../exchange/scope.ts'
import { updating } from '../write/update.ts'
import type { Located, Writing } from '../write/write.ts'

export interface EntryWrite {
  readonly item: BundleItem
  readonly target: Target
  readonly parts: Writing
}
/** `repeats`: an earlier entry creates under the same criteria, so this one finds its work done. */
export interface LocatedWrite extends EntryWrite {
  readonly located: Located
  readonly repeats?: BundleItem
}

/** Methods in the order of the standard. */
const kinds: Readonly<
  Record<
    string,
    {
      readonly rank: number
      readonly parts: Writing
      readonly scope: ScopeAction
      readonly withId: boolean
    }
  >
> = {
  DELETE: { rank: 1, parts: deleting, scope: 'd', withId: true },
  POST: { rank: 2, parts: creating, scope: 'c', withId: false },
  PUT: { rank: 3, parts: updating, scope: 'u', withId: true },
  PATCH: { rank: 3, parts: patching, scope: 'u', withId: true }
}

export const runAs = async <T>({ index }: BundleItem, run: () => T | Promise<T>): Promise<T> => {
  try {
    return await run()
  } catch (error) {
    throw inEntry(error, index)
  }
}

const readWrite = (context: Context, item: BundleItem): EntryWrite => {
  const { method, path } = item.request
  const kind = kinds[method]
  const [type = '', id, ...more] = path.split('/')
  if (
    kind === undefined ||
    more.length > 0 ||
    (id !== undefined && (!kind.withId || !isId(id))) ||
    !context.definitions.isType(type) ||
    isReadOnly(type) ||
    isTransient(type)
  ) {
    throw new FhirError(
      'invalid',
      `Found ${method} ${path} in a transaction, expected POST Type, or PUT, PATCH or DELETE of Type/[id] or Type?criteria; send other requests by themselves or in a batch.`,
      { issue: 'not-supported' }
    )
  }
  requireScope(context.caller, type, kind.scope)
  return {
    item,
    parts: kind.parts,
    target: { type, ...(id !== undefined && { id }) }
  }
}

/** Scopes of all entries are judged before anything is looked up. In the standard's order. */
export const readWrites = async (
  context: Context,
  items: readonly BundleItem[]
): Promise<readonly EntryWrite[]> => {
  const writes: EntryWrite[] = []
  for (const item of items) writes.push(await runAs(item, () => readWrite(context, item)))
  const rank = ({ item }: EntryWrite): number => kinds[item.request.method]?.rank ?? 0
  return writes.sort((a, b) => rank(a) - rank(b))
}

const creationKey = ({ item: { request }, target }: EntryWrite): string | undefined =>
  request.method === 'POST' && request.ifNoneExist !== undefined
    ? `${target.type ?? ''}?${request.ifNoneExist.replace(/^\?/, '')}`
    : undefined

export const locateAll = async (
  context: Context,
  writes: readonly EntryWrite[]
): Promise<readonly LocatedWrite[]> => {
  const firsts = new Map<string, EntryWrite>()
  for (const write of writes) {
    const key = creationKey(write)
    if (key !== undefined && !firsts.has(key)) firsts.set(key, write)
  }
  const firstOf = (write: EntryWrite): EntryWrite => firsts.get(creationKey(write) ?? '') ?? write
  const own = new Map<EntryWrite, Promise<Located>>()
  for (const write of writes) {
    if (firstOf(write) === write) {
      own.set(
        write,
        runAs(
          write.item,
          async () => await write.parts.locate(context, write.item.request, write.target)
        )
      )
    }
  }
  await Promise.all(own.values())
  const located = await Promise.all(
    writes.map(async (write): Promise<LocatedWrite> => {
      const first = firstOf(write)
      const where = (await own.get(first)) as Located
      return first === write
        ? { ...write, located: where }
        : { ...write, located: { ...where, expectations: [] }, repeats: first.item }
    })
  )
  checkIdentities(located)
  return located
}

/** A conditional create that found its resource leaves it alone, so it overlaps with nothing. */
const touches = ({ item, located, repeats }: LocatedWrite): boolean =>
  repeats === undefined && !(item.request.method === 'POST' && located.current !== undefined)

/**
 * What an entry claims: its resource, its criteria (two entries that create under the same would
 * make two), its fullUrl.
 */
const claimsOf = (write: LocatedWrite): readonly (readonly [string, string])[] => {
  const {
    item: { fullUrl },
    located: { ref, expectations }
  } = write
  const own = touches(write)
    ? [
        [formatReference(ref), `the same ${ref.type} as entry`] as const,
        ...expectations.map(({ name }) => [name, 'the same criteria as in entry'] as const)
      ]
    : []
  return [
    ...own,
    ...(fullUrl === undefined
      ? []
      : [[`fullUrl ${fullUrl}`, 'the same fullUrl as in entry'] as const])
  ]
}

const checkIdentities = (writes: readonly LocatedWrite[]): void => {
  const taken = new Map<string, number>()
  for (const write of writes) {
    const { index } = write.item
    for (const [claim, what] of claimsOf(write)) {
      const other = taken.get(claim)
      if (other !== undefined) throw overlap(index, `${what} ${other}`)
      taken.set(claim, index)
    }
  }
}

const overlap = (index: number, what: string): FhirError =>
  new FhirError('invalid', [
    {
      severity: 'error',
      code: 'duplicate',
      expression: `Bundle.entry[${index}]`,
      diagnostics: `Found ${what}, expected each resource once per transaction; merge the entries or send them one after the other.`
    }
  ])
