/** Changes who may see a version that stays as it is. Inside a write transaction. */
import { targetOf } from '../../../search/query.ts'
import type { Restamp } from '../../store.ts'
import type { AclSets } from './acl-sets.ts'
import type { Connection } from '../file/connection.ts'
import { personsOf } from './put.ts'

export const createRestamp = (
  { names, statement }: Pick<Connection, 'names' | 'statement'>,
  sets: AclSets
): ((restamps: readonly Restamp[]) => void) => {
  const find = statement(
    'SELECT v.ver, v.acl, v.ver = c.ver, c.rid FROM cur c CROSS JOIN ver v ON v.rid = c.rid WHERE c.type = ? AND c.id = ? AND v.version = ?'
  )
  const stampVersion = statement('UPDATE ver SET acl = ? WHERE ver = ?')
  const stampCurrent = statement('UPDATE cur SET acl = ? WHERE rid = ?')
  const setEnvelope = statement('UPDATE ver SET envelope = ? WHERE ver = ?')
  const forgetPersons = statement(
    "DELETE FROM person WHERE ver = ? AND person IN (SELECT value FROM json_each((SELECT envelope ->> '$.persons' FROM ver WHERE ver = ?)))"
  )
  const insertPerson = statement('INSERT OR IGNORE INTO person (person, ver) VALUES (?, ?)')

  return (restamps) => {
    const interned = new Map<Restamp['acl'], number>() // one list usually serves many versions
    const replaced = new Set<number>()
    for (const { ref, version, acl, envelope } of restamps) {
      const [ver, old, current, rid] = find.get(names.find(ref.type), ref.id, version) ?? []
      // apply.ts has seen it
      if (typeof ver !== 'number' || typeof rid !== 'number') {
        throw new Error(`${targetOf(ref)} lost version ${version} inside a transaction`)
      }
      const set = interned.get(acl) ?? sets.intern(acl)
      interned.set(acl, set)
      if (set !== old) {
        stampVersion.run(set, ver)
        if (current === 1) stampCurrent.run(set, rid)
        replaced.add(Number(old))
      }
      if (envelope) {
        forgetPersons.run(ver, ver)
        setEnvelope.run(JSON.stringify(envelope), ver)
        for (const person of personsOf(envelope)) insertPerson.run(person, ver)
      }
    }
    sets.release(replaced)
  }
}
