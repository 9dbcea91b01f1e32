/** What a group commit is given. */
import type { Millis } from '../../../fhir/resource.ts'
import type { Batch } from '../../store.ts'

/**
 * A batch; or a record that must be absent at this time; or the order to move waiting audit lines
 * to where queries find them.
 */
export type Work = Batch & { readonly absentAt?: Millis; readonly movesJournal?: true }

const nothing = { expectations: [], puts: [], restamps: [], records: [], audit: [] } as const

export const movingJournal: Work = { ...nothing, id: 'journal', movesJournal: true }
