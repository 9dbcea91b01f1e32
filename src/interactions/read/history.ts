/** history of one resource, newest version first. https://hl7.org/fhir/R4/http.html#history */
import { dateReader } from '../../fhir/date.ts'
import { FhirError } from '../../fhir/fhir-error.ts'
import type { Millis } from '../../fhir/resource.ts'
import type { Stored } from '../../storage/store.ts'
import { bundleBytes, etagOf, instantOf } from '../../exchange/bundle-bytes.ts'
import type { BundleEntry } from '../../exchange/bundle-bytes.ts'
import type { Context, Interaction } from '../../exchange/context.ts'
import { namedParameters } from '../../exchange/named-parameters.ts'
import { askedPage, pageLinks, pageParameters, positionAfter } from '../../exchange/pager.ts'
import { instanceOf } from './read.ts'
import { notFound } from '../../exchange/refusal.ts'

const statusOf: Readonly<Record<Stored['method'], string>> = {
  POST: '201 Created',
  PUT: '200 OK',
  PATCH: '200 OK',
  DELETE: '204 No Content'
}

const entryOf =
  (context: Context) =>
  (stored: Stored): BundleEntry => {
    const { ref, method, deleted, json } = stored
    const path = `${ref.type}/${ref.id}`
    return {
      fullUrl: `${context.base}/${path}`,
      ...(!deleted && { resource: json }),
      request: { method, url: method === 'POST' ? ref.type : path },
      response: { status: statusOf[method], etag: etagOf(stored), lastModified: instantOf(stored) }
    }
  }

const since = (context: Context, text: string | undefined): Millis | undefined => {
  if (text === undefined) return undefined
  const found = dateReader(context.timeZone)(text)
  if (found === undefined) {
    throw new FhirError(
      'invalid',
      `Found _since=${JSON.stringify(text)}, expected an instant such as 2026-11-22T09:00:00Z.`,
      { issue: 'value' }
    )
  }
  return found.lo
}

export const history: Interaction = async (context, request, target) => {
  const ref = instanceOf(target)
  const path = `${ref.type}/${ref.id}/_history`
  const parameters = namedParameters(request, ['_since', ...pageParameters], path)
  const from = since(context, parameters.get('_since'))
  const paged = {
    path,
    used: [...parameters],
    query: `${path}?_since=${parameters.get('_since') ?? ''}`
  }
  const asked = askedPage(context, request)
  const before = positionAfter(context, asked, paged)
  const found = await context.store.history(ref, {
    limit: asked.size,
    ...(before !== undefined && { before }),
    ...(from !== undefined && { since: from })
  })
  if (found.total === 0 && (from === undefined || (await context.store.read(ref)) === undefined)) {
    throw notFound(ref)
  }
  const next = found.next === undefined ? undefined : [found.next]
  const link = pageLinks(context, asked, paged, next)
  return {
    kind: 'bytes',
    status: 200,
    json: bundleBytes(
      { type: 'history', total: found.total, link },
      found.rows.map(entryOf(context))
    )
  }
}
