/**
 * Each change of a batch beside the version before it, with what would be known of it afterwards.
 */
import { storedResource } from '../../fhir/elements.ts'
import { formatReference } from '../../fhir/reference.ts'
import type { Reference, Resource } from '../../fhir/resource.ts'
import { isDirectory } from '../../fhir/type-groups.ts'
import { FhirError } from '../../fhir/fhir-error.ts'
import type { Envelope, Stored } from '../../storage/store.ts'
import { envelopeOf, followsTargets } from '../decision/envelope.ts'
import type { Change } from '../guarded-store.ts'
import type { Before } from './before-images.ts'
import { sameContent } from './content.ts'
import { targetsOf } from './followers.ts'
import { literalReferences } from './references.ts'
import type { By, Prepared } from './handed-on.ts'

const checkBefore = (change: Change, before: Stored | undefined): void => {
  if (change.kind === 'create') return
  if (before === undefined && change.kind === 'update') {
    throw new FhirError('not-found', `Found no ${formatReference(change.ref)}; read it first.`)
  }
  if (before !== undefined && change.ifMatch !== undefined && change.ifMatch !== before.version) {
    throw new FhirError(
      'precondition-failed',
      `Found If-Match ${change.ifMatch}, which is not the current version of ${formatReference(change.ref)}; read it again and repeat the change.`
    )
  }
}

/** Envelopes by `Type/id`: of the batch itself, and of what the caller sees beside it. */
export const envelopesOf = (
  rows: readonly (Stored | undefined)[],
  batch: ReadonlyMap<string, Envelope>
): Map<string, Envelope> =>
  new Map([
    ...rows.flatMap((row) =>
      row === undefined || row.deleted ? [] : [[formatReference(row.ref), row.envelope] as const]
    ),
    ...batch
  ])

const envelopeAfter = (
  { zone }: { readonly zone: string },
  { caller }: By,
  { ref, resource }: Exclude<Change, { kind: 'delete' }>,
  before: Stored | undefined,
  known: ReadonlyMap<string, Envelope>
): Envelope =>
  envelopeOf({
    resource: { ...resource, id: ref.id },
    ref,
    zone,
    custodian: before?.envelope.custodian ?? caller.organization,
    published:
      before === undefined
        ? caller.rights.has('directory') && isDirectory(ref.type)
        : before.envelope.published === true,
    ...(before?.envelope.links === undefined ? {} : { links: before.envelope.links }),
    ...(followsTargets(ref.type) && {
      targets: targetsOf(resource).map((target) => known.get(formatReference(target)))
    })
  })

const nobody = ({ caller }: By): Envelope => ({
  persons: [],
  patients: [],
  dataClass: 'clinical',
  custodian: caller.organization,
  facts: []
})

const resourceIn = (stored: Stored | undefined): Resource | undefined =>
  stored === undefined || stored.deleted ? undefined : storedResource(stored.json)

const prepareOne = (
  deps: { readonly zone: string },
  by: By,
  change: Change,
  before: Stored | undefined,
  known: ReadonlyMap<string, Envelope>
): Prepared => {
  checkBefore(change, before)
  return {
    change,
    before,
    beforeResource: resourceIn(before),
    envelope:
      change.kind === 'delete'
        ? (before?.envelope ?? nobody(by))
        : envelopeAfter(deps, by, change, before, known),
    found: change.kind === 'delete' ? [] : literalReferences(change.resource)
  }
}

/** What the batch's Provenances are about. */
export const toldOf = (changes: readonly Change[]): readonly Reference[] =>
  changes.flatMap((change) =>
    change.kind !== 'delete' && followsTargets(change.ref.type) ? targetsOf(change.resource) : []
  )

/**
 * In the order of the changes. @throws FhirError not-found and precondition-failed, by the version
 * before
 */
export const prepare = async (
  deps: { readonly zone: string },
  by: By,
  changes: readonly Change[],
  { rows }: Before
): Promise<readonly Prepared[]> => {
  const prepared = new Map<Change, Prepared>()
  const add = (change: Change, known: Map<string, Envelope>): void => {
    const before = rows.get(formatReference(change.ref))
    const each = prepareOne(deps, by, change, before, known)
    prepared.set(change, each)
    if (change.kind !== 'delete' || before !== undefined) {
      known.set(formatReference(change.ref), each.envelope)
    }
  }
  const follows = ({ ref }: Change): boolean => followsTargets(ref.type)
  const batch = new Map<string, Envelope>()
  for (const change of changes) if (!follows(change)) add(change, batch)
  // Provenance last: what it is about may stand in the same batch.
  const outside = toldOf(changes).filter((ref) => !batch.has(formatReference(ref)))
  const known = envelopesOf(await by.readAll(outside), batch)
  for (const change of changes) if (follows(change)) add(change, known)
  return changes.flatMap((change) => prepared.get(change) ?? [])
}

/**
 * Entries of the batch that change nothing: deletes of nothing, updates that equal what is stored.
 */
export const isIdle = ({ change, before, beforeResource }: Prepared): boolean =>
  (change.kind === 'delete' && (before === undefined || before.deleted)) ||
  (change.kind === 'update' &&
    before !== undefined &&
    !before.deleted &&
    beforeResource !== undefined &&
    sameContent(change.resource, beforeResource))
