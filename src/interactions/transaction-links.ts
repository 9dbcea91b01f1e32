/** What a link in one entry of a transaction means: the fullUrl of another entry. https://hl7.org/fhir/R4/bundle.html#references */
import { FhirError } from '../fhir/fhir-error.ts'
import { formatReference, parseReference } from '../fhir/reference.ts'
import type { BundleItem } from './bundle-entries.ts'
import type { Context } from './context.ts'
import { referencesIn, rewriteLinks } from './links.ts'
import type { Resolve } from './links.ts'
import type { LocatedWrite } from './transaction-writes.ts'

/** `http://elsewhere/fhir/` of `http://elsewhere/fhir/Patient/1`. */
const root = /^(https?:\/\/\S+\/)[A-Z][A-Za-z]+\/[A-Za-z0-9\-.]{1,64}$/

const resolverFor = (links: ReadonlyMap<string, string>, { fullUrl }: BundleItem): Resolve => {
  const base = fullUrl === undefined ? undefined : root.exec(fullUrl)?.[1]
  return (text) => links.get(text) ?? (base !== undefined && parseReference(text) !== undefined ? links.get(base + text) : undefined)
}

const checkUrns = (body: unknown): void => {
  const open = [...referencesIn(body)].find((text) => text.startsWith('urn:'))
  if (open !== undefined) throw new FhirError('invalid', `Found a reference to ${open}, which is the fullUrl of no entry of this transaction; send what it names with it.`, { issue: 'not-found' })
}

/** Bodies with links to other entries replaced; the entries stay as they were sent. */
export const linkEntries = (context: Context, writes: readonly LocatedWrite[], runIn: (item: BundleItem, run: () => void) => void): readonly unknown[] => {
  const links = new Map<string, string>()
  for (const { item: { fullUrl, request }, located } of writes) {
    if (fullUrl !== undefined && request.method !== 'DELETE') links.set(fullUrl, formatReference(located.ref))
  }
  return writes.map(({ item }) => {
    const body = rewriteLinks(context.definitions.structures, item.request.body, resolverFor(links, item))
    runIn(item, () => { checkUrns(body) })
    return body
  })
}
