/** Reads by id: callers with the same access keys who wait at the same time share one query, which carries their acl. */
import type { Collection } from 'mongodb'
import type { Millis } from '../../fhir/resource.ts'
import type { AclFilter } from '../store.ts'
import type { ResourceDocument } from './collections.ts'
import { where } from './compile.ts'
import { storedProjection } from './document.ts'
import { createSharedQuery } from './shared-query.ts'

interface Question { readonly id: string, readonly now: Millis }
interface Answer {
  readonly found: ReadonlyMap<string, ResourceDocument>
  /** All asked at one moment; otherwise what was not found may yet be open at one of the moments. */
  readonly exact: boolean
}

/** Lanes are cheap, and one that is dropped while in use only stops to be shared. */
const mostLanes = 1000

const laneOf = (acl: AclFilter): string => acl.kind === 'system' ? '' : JSON.stringify([acl.keys, acl.denied])

const momentOf = (acl: AclFilter): Millis => acl.kind === 'system' ? 0 : acl.now

export const createSharedReads = (resources: Collection<ResourceDocument>) => {
  const load = async (questions: readonly Question[], acl: AclFilter): Promise<Answer> => {
    const moments = questions.map(({ now }) => now)
    const [from, to] = [Math.min(...moments), Math.max(...moments)]
    const ids = [...new Set(questions.map(({ id }) => id))]
    const [only] = ids
    const asked = ids.length === 1 && only !== undefined ? { _id: only } : { _id: { $in: ids } }
    const found = await resources.find(where(asked, acl, { from, to }), { projection: storedProjection }).toArray()
    return { found: new Map(found.map((document) => [document._id, document])), exact: from === to }
  }

  type Lane = (questions: readonly Question[]) => Promise<Answer>
  const lanes = new Map<string, Lane>()
  const laneFor = (acl: AclFilter): Lane => {
    const name = laneOf(acl)
    const known = lanes.get(name)
    if (known) return known
    const [oldest] = lanes.keys()
    if (lanes.size >= mostLanes && oldest !== undefined) lanes.delete(oldest)
    const lane = createSharedQuery(async (questions: readonly Question[]) => await load(questions, acl))
    lanes.set(name, lane)
    return lane
  }

  return async (ids: readonly string[], acl: AclFilter): Promise<ReadonlyMap<string, ResourceDocument>> => {
    if (ids.length === 0) return new Map()
    const now = momentOf(acl)
    const questions = ids.map((id) => ({ id, now }))
    const { found, exact } = await laneFor(acl)(questions)
    if (exact || ids.every((id) => found.has(id))) return found
    const missing = await load(questions.filter(({ id }) => !found.has(id)), acl)
    return new Map([...found, ...missing.found])
  }
}
