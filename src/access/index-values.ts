/**
 * What access finds resources by, beside the search parameters: whoever makes index values, on a
 * write or for what is stored already, makes these as well.
 */
import { isOf } from '../fhir/elements.ts'
import type { Elements, ResourceOf } from '../fhir/elements.ts'
import { namedIn } from '../fhir/reference.ts'
import type { Resource } from '../fhir/resource.ts'
import type { IndexValues, ParameterKey } from '../search/query.ts'

type Extract = (resource: Resource) => IndexValues

/**
 * Index value that extraction does not make: every actor of a Consent at any depth (R4's own
 * parameter stops at the root). Not reachable from a query.
 */
export const consentActor = 'Consent._actor'

/** Raised when `consentActors` finds others than before. */
const version = '1'

const actorReferences = ({
  actor,
  provision
}: Elements<fhir4.ConsentProvision>): readonly string[] => [
  ...(actor ?? []).flatMap(({ reference }) => namedIn(reference) ?? []),
  ...(provision ?? []).flatMap(actorReferences)
]

export const consentActors = (consent: ResourceOf<'Consent'>): readonly string[] => [
  ...new Set(actorReferences(consent.provision ?? {}))
]

export const withConsentActors =
  (extract: Extract): Extract =>
  (resource) => {
    const index = extract(resource)
    if (!isOf('Consent', resource)) return index
    const actors = consentActors(resource).map((target) => ({ parameter: consentActor, target }))
    return { ...index, link: [...index.link, ...actors] }
  }

interface Indexing {
  readonly extract: Extract
  readonly tables: ReadonlyMap<ParameterKey, string>
}

/** For a re-index: without these values a role or a house that moves would reach no Consent. */
export const withAccessValues = ({ extract, tables }: Indexing): Indexing => ({
  extract: withConsentActors(extract),
  tables: new Map([...tables, [consentActor, version]])
})
