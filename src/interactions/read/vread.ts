/** vread: one version of one resource, current or old. https://hl7.org/fhir/R4/http.html#vread */
import type { Interaction } from '../../exchange/context.ts'
import { FhirError } from '../../fhir/fhir-error.ts'
import { instanceOf, present } from './read.ts'

export const vread: Interaction = async (context, request, target) => {
  const ref = instanceOf(target)
  const stored =
    target.version === undefined ? undefined : await context.store.readVersion(ref, target.version)
  if (stored === undefined) {
    throw new FhirError(
      'not-found',
      `Found no ${ref.type}/${ref.id}/_history/${target.version ?? ''}; list the versions with ${ref.type}/${ref.id}/_history.`
    )
  }
  return present(stored, request)
}
