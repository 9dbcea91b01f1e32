/**
 * Capped counts, kept for some seconds. They steer which way a query goes, never what it answers.
 */
import type { Millis } from '../../../fhir/resource.ts'
import { createBinder } from '../file/binder.ts'
import { estimateCap } from './candidates.ts'
import type { Connection } from '../file/connection.ts'
import type { Row } from '../file/driver.ts'
import type { Binder } from '../file/binder.ts'

export type Estimates = (key: string, select: (binder: Binder) => string) => number

const keptFor = 10_000
const kept = 20_000

export const createEstimates = ({ statement }: Connection, now: () => Millis): Estimates => {
  const counts = new Map<string, { readonly count: number; readonly at: Millis }>()
  return (key, select) => {
    const known = counts.get(key)
    const at = now()
    if (known && at - known.at < keptFor) return known.count
    const binder = createBinder()
    const sql = `SELECT count(*) FROM (${select(binder)} LIMIT ${estimateCap})`
    const row: Row | undefined = statement(sql).get(...binder.values)
    const count = Number(row?.[0])
    if (counts.size >= kept) counts.clear()
    counts.set(key, { count, at })
    return count
  }
}
