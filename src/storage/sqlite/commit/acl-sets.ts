/**
 * Acl lists kept once per content, and dropped when no version carries them any more. Inside a
 * write transaction.
 */
import { createHash } from 'node:crypto'
import type { AclEntry } from '../../store.ts'
import type { Connection } from '../file/connection.ts'

export interface AclSets {
  readonly intern: (acl: readonly AclEntry[]) => number
  /** Drops those of these sets that nothing carries. */
  readonly release: (sets: ReadonlySet<number>) => void
}

export const createAclSets = ({
  names,
  statement
}: Pick<Connection, 'names' | 'statement'>): AclSets => {
  const find = statement('SELECT id FROM acl_set WHERE hash = ?')
  const insert = statement('INSERT INTO acl_set (hash) VALUES (?)')
  const insertKey = statement('INSERT INTO acl_key (acl, key, since, until) VALUES (?, ?, ?, ?)')
  const usedNow = statement('SELECT 1 FROM cur INDEXED BY cur_acl WHERE acl = ? LIMIT 1')
  const usedBefore = statement(
    'SELECT 1 FROM ver INDEXED BY ver_acl WHERE acl = ? AND old = 1 LIMIT 1'
  )
  const dropKeys = statement('DELETE FROM acl_key WHERE acl = ?')
  const drop = statement('DELETE FROM acl_set WHERE id = ?')

  return {
    intern: (acl) => {
      const entries = normal(acl.map(({ key, from, to }) => [names.intern(key), from, to]))
      const hash = createHash('sha256').update(JSON.stringify(entries)).digest()
      const known = find.get(hash)?.[0]
      if (typeof known === 'number') return known
      const id = insert.run(hash)
      for (const [key, since, until] of entries) insertKey.run(id, key, since, until)
      return id
    },
    release: (sets) => {
      for (const id of sets) {
        if (usedNow.get(id) ?? usedBefore.get(id)) continue
        dropKeys.run(id)
        drop.run(id)
      }
    }
  }
}

/** In order; windows of one key with the same start become the longest, empty ones vanish. */
const normal = (
  entries: readonly (readonly [number, number, number])[]
): readonly (readonly [number, number, number])[] => {
  const sorted = entries
    .filter(([, from, to]) => from < to)
    .sort((a, b) => a[0] - b[0] || a[1] - b[1] || b[2] - a[2])
  return sorted.filter(
    ([key, from], index) => key !== sorted[index - 1]?.[0] || from !== sorted[index - 1]?.[1]
  )
}
