/**
 * Reads by id: callers with the same access keys who wait at the same time share one query, which
 * carries their acl.
 */
import type { Collection } from 'mongodb'
import type { Millis } from '../../../fhir/resource.ts'
import type { AclFilter } from '../../store.ts'
import { createAclLanes } from '../shared/acl-lanes.ts'
import type { ResourceDocument } from '../database/collections.ts'
import { where } from '../search/compile.ts'
import { storedProjection } from '../database/document.ts'
import { createSharedQuery } from '../shared/shared-query.ts'

interface Question {
  readonly id: string
  readonly now: Millis
}
interface Answer {
  readonly document: ResourceDocument | undefined
  /** All were asked at one moment; otherwise what was not found may yet be open at this one. */
  readonly exact: boolean
}

export const createSharedReads = (resources: Collection<ResourceDocument>) => {
  const load = async (
    questions: readonly Question[],
    acl: AclFilter
  ): Promise<readonly Answer[]> => {
    const moments = questions.map(({ now }) => now)
    const [from, to] = [Math.min(...moments), Math.max(...moments)]
    const ids = [...new Set(questions.map(({ id }) => id))]
    const [only] = ids
    const asked = ids.length === 1 && only !== undefined ? { _id: only } : { _id: { $in: ids } }
    const found = await resources
      .find(where(asked, acl, { from, to }), { projection: storedProjection })
      .toArray()
    const byId = new Map(found.map((document) => [document._id, document]))
    return questions.map(({ id }) => ({ document: byId.get(id), exact: from === to }))
  }
  const laneOf = createAclLanes((acl) =>
    createSharedQuery(async (questions: readonly Question[]) => await load(questions, acl))
  )

  return async (
    ids: readonly string[],
    acl: AclFilter
  ): Promise<readonly (ResourceDocument | undefined)[]> => {
    if (ids.length === 0) return []
    const now = acl.kind === 'system' ? 0 : acl.now
    const questions = ids.map((id) => ({ id, now }))
    const answers = await laneOf(acl)(questions)
    const open = questions.filter(
      (_question, index) =>
        answers[index]?.document === undefined && answers[index]?.exact === false
    )
    if (open.length === 0) return answers.map(({ document }) => document)
    const late = new Map(
      (await load(open, acl)).flatMap(({ document }) =>
        document === undefined ? [] : [[document._id, document] as const]
      )
    )
    return answers.map(({ document }, index) => document ?? late.get(ids[index] ?? ''))
  }
}
