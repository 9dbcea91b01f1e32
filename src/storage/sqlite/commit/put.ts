/**
 * Writes one version: the version itself, the current row, its index rows. Inside a write
 * transaction, after the conditions were checked.
 */
import type { Envelope, Put } from '../../store.ts'
import type { Connection } from '../file/connection.ts'
import { createWriteIndex } from '../file/write-index.ts'
import type { AclSets } from './acl-sets.ts'
import { methods } from '../read/stored-row.ts'

/** The resource before this put; absent: it is new. */
export interface Before {
  readonly rid: number
  readonly ver: number
  readonly n: number
}
export type WritePut = (put: Put, before: Before | undefined) => void

export const createPut = (
  { names, statement }: Pick<Connection, 'names' | 'statement'>,
  sets: AclSets
): WritePut => {
  const insertCur = statement(
    'INSERT INTO cur (type, id, ver, acl, at, deleted) VALUES (?, ?, ?, ?, ?, ?)'
  )
  const updateCur = statement('UPDATE cur SET ver = ?, acl = ?, at = ?, deleted = ? WHERE rid = ?')
  const retire = statement('UPDATE ver SET old = 1 WHERE ver = ?')
  const lastVersion = statement('SELECT max(ver) FROM ver')
  const insertVer = statement(
    'INSERT INTO ver (ver, rid, n, version, at, method, deleted, acl, envelope) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)'
  )
  const insertBody = statement('INSERT INTO body (ver, json) VALUES (?, ?)')
  const insertPerson = statement('INSERT OR IGNORE INTO person (person, ver) VALUES (?, ?)')
  const writeIndex = createWriteIndex({ names, statement })

  return ({ stored, index, acl }, before) => {
    const set = sets.intern(acl)
    const ver = Number(lastVersion.get()?.[0] ?? 0) + 1
    const deleted = stored.deleted ? 1 : 0
    if (before) {
      retire.run(before.ver)
      updateCur.run(ver, set, stored.at, deleted, before.rid)
    }
    const rid =
      before?.rid ??
      insertCur.run(names.intern(stored.ref.type), stored.ref.id, ver, set, stored.at, deleted)
    insertVer.run(
      ver,
      rid,
      (before?.n ?? 0) + 1,
      stored.version,
      stored.at,
      methods.indexOf(stored.method),
      deleted,
      set,
      JSON.stringify(stored.envelope)
    )
    insertBody.run(ver, stored.json)
    for (const person of personsOf(stored.envelope)) insertPerson.run(person, ver)
    writeIndex(rid, index, before === undefined)
  }
}

export const personsOf = ({ persons }: Envelope): ReadonlySet<string> => new Set(persons)
