/**
 * The filter that filters nothing. test/access/system.test.ts snapshots who imports this file: each
 * importer answers for what it does with it.
 */
import type { AclFilter } from '../../storage/store.ts'

export const system: AclFilter = { kind: 'system' }
