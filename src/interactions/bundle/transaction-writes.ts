/**
 * The writing entries of a transaction: what each is about, settled before any of them changes.
 * https://hl7.org/fhir/R4/http.html#trules
 */
import { FhirError } from '../../fhir/fhir-error.ts'
import { formatReference } from '../../fhir/reference.ts'
import { inEntry } from './bundle-entries.ts'
import type { BundleItem } from './bundle-entries.ts'
import type { Context, Located, Target, Writing } from '../../exchange/context.ts'

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
const ranks: Readonly<Record<string, number>> = { DELETE: 1, POST: 2, PUT: 3, PATCH: 3 }

export const runAs = async <T>({ index }: BundleItem, run: () => T | Promise<T>): Promise<T> => {
  try {
    return await run()
  } catch (error) {
    throw inEntry(error, index)
  }
}

const notAWrite = ({ request: { method, path } }: BundleItem): FhirError =>
  new FhirError(
    'invalid',
    `Found ${method} ${path} in a transaction, expected POST Type, or PUT, PATCH or DELETE of Type/[id] or Type?criteria; send other requests by themselves or in a batch.`,
    { issue: 'not-supported' }
  )

/** A path that leads nowhere makes the transaction itself a bad request. */
const leadsNowhere = (error: unknown): boolean =>
  error instanceof FhirError && (error.code === 'not-found' || error.code === 'method-not-allowed')

const readWrite = (context: Context, item: BundleItem): EntryWrite => {
  try {
    const { writing, target } = context.dispatch(context, item.request)
    if (writing === undefined) throw notAWrite(item)
    return { item, parts: writing, target }
  } catch (error) {
    throw leadsNowhere(error) ? notAWrite(item) : error
  }
}

/** Scopes of all entries are judged before anything is looked up. In the standard's order. */
export const readWrites = async (
  context: Context,
  items: readonly BundleItem[]
): Promise<readonly EntryWrite[]> => {
  const writes: EntryWrite[] = []
  for (const item of items) writes.push(await runAs(item, () => readWrite(context, item)))
  const rank = ({ item }: EntryWrite): number => ranks[item.request.method] ?? 0
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
