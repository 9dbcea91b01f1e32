/**
 * What a link in one entry of a transaction means: the fullUrl of another entry.
 * https://hl7.org/fhir/R4/bundle.html#references
 */
import { idPattern } from '../../fhir/id.ts'
import { FhirError } from '../../fhir/fhir-error.ts'
import { formatReference, parseReference } from '../../fhir/reference.ts'
import type { BundleItem } from './bundle-entries.ts'
import type { Context } from '../../exchange/context.ts'
import { rewriteLinks } from './links.ts'
import type { Resolve } from './links.ts'
import type { LocatedWrite } from './transaction-writes.ts'

/** `http://elsewhere/fhir/` of `http://elsewhere/fhir/Patient/1`. */
const root = new RegExp(`^(https?://\\S+/)[A-Z][A-Za-z]+/${idPattern}$`)

const resolverFor = (links: ReadonlyMap<string, string>, { fullUrl }: BundleItem): Resolve => {
  const base = fullUrl === undefined ? undefined : root.exec(fullUrl)?.[1]
  // Most strings are no links: a look at their start spares the rest.
  return (text) =>
    text.startsWith('urn:') || text.startsWith('http')
      ? links.get(text)
      : base !== undefined && parseReference(text) !== undefined
        ? links.get(base + text)
        : undefined
}

const checkUrn = (text: string): void => {
  if (text.startsWith('urn:')) {
    throw new FhirError(
      'invalid',
      `Found a reference to ${text}, which is the fullUrl of no entry of this transaction; send what it names with it.`,
      { issue: 'not-found' }
    )
  }
}

export interface LinkedBodies {
  /** Of each write, with links to other entries replaced; the entries stay as they were sent. */
  readonly bodies: readonly unknown[]
  /** Every reference in them, each text once. */
  readonly references: ReadonlySet<string>
}

export const linkEntries = (
  context: Context,
  writes: readonly LocatedWrite[],
  runIn: <T>(item: BundleItem, run: () => T) => T
): LinkedBodies => {
  const links = new Map<string, string>()
  for (const {
    item: { fullUrl, request },
    located
  } of writes) {
    if (fullUrl !== undefined && request.method !== 'DELETE') {
      links.set(fullUrl, formatReference(located.ref))
    }
  }
  const references = new Set<string>()
  const visit = (text: string): void => {
    checkUrn(text)
    references.add(text)
  }
  const bodies = writes.map(({ item }) =>
    runIn(item, () =>
      rewriteLinks(
        context.definitions.structures,
        item.request.body,
        resolverFor(links, item),
        visit
      )
    )
  )
  return { bodies, references }
}
