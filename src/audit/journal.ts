/** From a line of the journal and what became of the request to the entry that is stored. */
import type { Caller } from '../auth/caller.ts'
import type { Millis, ResourceId } from '../fhir/resource.ts'
import type { AuditEntry } from '../storage/store.ts'
import { auditEntry } from './entry.ts'
import type { AuditAction, AuditInput, BundleFacts } from './entry.ts'
import type { NamedPatients } from './named-patients.ts'

export interface Line {
  readonly at: Millis
  readonly request: string
  readonly caller: Caller
  readonly action: AuditAction
  readonly interaction: string
  readonly path: string
  readonly query?: string
}

export interface Outcome {
  readonly status: number
  /** Whose data the request touched, or whom the entries of its Bundle name. */
  readonly patients: readonly string[]
  readonly bundle?: BundleFacts
}

const together = (
  touched: readonly ResourceId[],
  named: readonly ResourceId[]
): readonly ResourceId[] => (named.length === 0 ? touched : [...new Set([...touched, ...named])])

/** Written out: spreads cost microseconds on every request. */
const inputOf = (
  { at, request, caller, action, interaction, path, query }: Line,
  id: ResourceId,
  status: number,
  patients: readonly ResourceId[]
): AuditInput =>
  query === undefined
    ? { id, at, request, caller, action, interaction, path, status, patients }
    : { id, at, request, caller, action, interaction, path, query, status, patients }

/** Of a write, in its own commit. */
export const writtenEntry = (
  line: Line,
  id: ResourceId,
  patients: readonly ResourceId[]
): AuditEntry => auditEntry(inputOf(line, id, 0, patients))

/** Of anything else, and of what failed. */
export const answeredEntry =
  (named: NamedPatients) =>
  (line: Line, id: ResourceId, { status, patients, bundle }: Outcome): AuditEntry => {
    const input = inputOf(
      line,
      id,
      status,
      together(patients as readonly ResourceId[], named(line.path, line.query ?? ''))
    )
    return auditEntry(bundle === undefined ? input : { ...input, bundle })
  }
