/** history of one resource, newest version first. https://hl7.org/fhir/R4/http.html#history */
import { dateReader } from '../../fhir/date.ts'
import { FhirError } from '../../fhir/fhir-error.ts'
import type { Millis } from '../../fhir/resource.ts'
import { encodeCursor } from '../../search/cursor.ts'
import type { Stored } from '../../storage/store.ts'
import { bundleBytes, etagOf, instantOf } from '../../exchange/bundle-bytes.ts'
import type { BundleEntry } from '../../exchange/bundle-bytes.ts'
import type { Context, Interaction } from '../../exchange/context.ts'
import { linkUrl } from '../../exchange/link-url.ts'
import { namedParameters, pageSize, positionOf } from '../../exchange/page-parameters.ts'
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
  const parameters = namedParameters(request, ['_count', '_since', '_cursor'], path)
  const from = since(context, parameters.get('_since'))
  const binding = {
    client: context.caller.client,
    query: `${path}?_since=${parameters.get('_since') ?? ''}`
  }
  const before = positionOf(context, parameters.get('_cursor'), binding.query)
  const limit = pageSize(context, parameters.get('_count'))
  const found = await context.store.history(ref, {
    limit,
    ...(before !== undefined && { before }),
    ...(from !== undefined && { since: from })
  })
  if (found.total === 0 && (from === undefined || (await context.store.read(ref)) === undefined)) {
    throw notFound(ref)
  }
  const url = (extra: readonly (readonly [string, string])[]): string =>
    linkUrl(context.base, path, [
      ...[...parameters].filter(([name]) => name !== '_cursor'),
      ...extra
    ])
  const cursor = parameters.get('_cursor')
  const link = [{ relation: 'self', url: url(cursor === undefined ? [] : [['_cursor', cursor]]) }]
  if (found.next !== undefined && limit > 0) {
    link.push({
      relation: 'next',
      url: url([['_cursor', encodeCursor(context.cursorKey, { ...binding, keyset: [found.next] })]])
    })
  }
  return {
    kind: 'bytes',
    status: 200,
    json: bundleBytes(
      { type: 'history', total: found.total, link },
      found.rows.map(entryOf(context))
    )
  }
}
