/** Guards and small documents. */
import type { Millis } from '../../../fhir/resource.ts'
import type { StoredRecord } from '../../store.ts'
import type { Connection } from '../file/connection.ts'
import { decodeText } from '../file/driver.ts'
import type { Row } from '../file/driver.ts'

export const guards = ({ statement }: Connection, names: readonly string[]): readonly number[] => {
  const select = statement('SELECT value FROM guard WHERE name = ?')
  return names.map((name) => Number(select.get(name)?.[0] ?? 0))
}

const columns = 'id, json, expires'
const alive = '(expires IS NULL OR expires > ?)'

const toRecord = (kind: string, [id, json, expires]: Row): StoredRecord => ({
  kind,
  id: decodeText(String(id)),
  json: decodeText(String(json)),
  ...(typeof expires === 'number' && { expires })
})

export const records = (
  { statement }: Connection,
  kind: string,
  ids: readonly string[],
  now: Millis
): readonly (StoredRecord | undefined)[] => {
  const select = statement(`SELECT ${columns} FROM record WHERE kind = ? AND id = ? AND ${alive}`)
  return ids.map((id) => {
    const row = select.get(kind, id, now)
    return row && toRecord(kind, row)
  })
}

export const listRecords = (
  { statement }: Connection,
  kind: string,
  now: Millis
): readonly StoredRecord[] =>
  statement(`SELECT ${columns} FROM record WHERE kind = ? AND ${alive} ORDER BY id`)
    .all(kind, now)
    .map((row) => toRecord(kind, row))
