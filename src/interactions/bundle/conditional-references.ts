/**
 * `Practitioner?identifier=…` as a reference in a transaction: exactly one match, or the whole
 * fails. https://hl7.org/fhir/R4/http.html#trules
 */
import { FhirError } from '../../fhir/fhir-error.ts'
import { formatReference } from '../../fhir/reference.ts'
import type { Reference, Resource, ResourceType } from '../../fhir/resource.ts'
import type { Expectation } from '../../storage/store.ts'
import { matches } from '../../search/matches.ts'
import { leadOf, readCriteria } from '../write/conditional.ts'
import type { Context } from '../../exchange/context.ts'
import { requireScope } from '../../exchange/scope.ts'

export interface Planned {
  readonly ref: Reference
  readonly isNew: boolean
  readonly resource: Resource
}

export interface Resolved {
  readonly links: ReadonlyMap<string, string>
  readonly expectations: readonly Expectation[]
}

/** Criteria hold no chains (search/criteria.ts). */
const noHops = (): boolean => false

const pattern = /^([A-Z][A-Za-z]+)\?(.+)$/s

/**
 * None and several read the same: which it was would tell about data that the caller may not see.
 */
const unresolved = (text: string): FhirError =>
  new FhirError(
    'precondition-failed',
    `Found the conditional reference ${text}, which does not lead to exactly one resource; expected one match. Use an identifier, and send what it names first or in the same transaction.`,
    { issue: 'not-found' }
  )

const resolveOne = async (
  context: Context,
  text: string,
  planned: readonly Planned[]
): Promise<{ readonly target: string; readonly expectation: Expectation }> => {
  const [, name = '', criteria = ''] = pattern.exec(text) ?? []
  if (!context.definitions.isType(name)) {
    throw new FhirError(
      'invalid',
      `Found the conditional reference ${text}, whose type is no R4 type.`,
      { issue: 'value' }
    )
  }
  const type: ResourceType = name
  requireScope(context.caller, type, 's')
  const { where, normal } = readCriteria(context, type, criteria)
  const found = await context.store.match(type, where, normal)
  const own = planned.filter(
    ({ ref, isNew, resource }) =>
      isNew &&
      ref.type === type &&
      matches(where, { id: ref.id, index: context.extract(resource) }, noHops)
  )
  const lead = leadOf(type, where, found)
  if (lead === 'several' || own.length > 1 || (lead !== undefined && own.length > 0)) {
    throw unresolved(text)
  }
  const target = lead ?? own[0]?.ref
  if (target === undefined) throw unresolved(text)
  return { target: formatReference(target), expectation: { ...found.expectation, bump: false } }
}

/** @param planned the resources of the transaction; one that it creates may be what is meant */
export const resolveConditionalReferences = async (
  context: Context,
  references: Iterable<string>,
  planned: readonly Planned[]
): Promise<Resolved> => {
  const texts = [...references].filter((text) => pattern.test(text))
  const found = await Promise.all(
    texts.map(async (text) => [text, await resolveOne(context, text, planned)] as const)
  )
  return {
    links: new Map(found.map(([text, { target }]) => [text, target])),
    expectations: found.map(([, { expectation }]) => expectation)
  }
}
