/**
 * What was sent against what is read back: equal but for ids, references and meta, and every
 * reference leading to the resource it was sent for.
 */
import type { Connection } from '../../src/cli/connection.ts'

export interface Resource {
  readonly resourceType: string
  readonly id?: string
  readonly [element: string]: unknown
}
interface Entry {
  readonly fullUrl?: string
  readonly resource?: Resource
}
interface Bundle {
  readonly entry?: readonly Entry[]
  readonly link?: readonly { readonly relation: string; readonly url: string }[]
}

const sorted = (value: unknown, link: (reference: string) => string): unknown => {
  if (Array.isArray(value)) return value.map((each) => sorted(each, link))
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(
    Object.entries(value)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([name, child]) => [
        name,
        name === 'reference' && typeof child === 'string' ? link(child) : sorted(child, link)
      ])
  )
}

const content = (
  { id: _id, meta: _meta, ...rest }: Resource,
  link: (reference: string) => string
): string => JSON.stringify(sorted(rest, link))

/**
 * Content with each reference replaced by the content of what it leads to: two sets of resources
 * with equal forms are the same graph, one step deep.
 */
const forms = (resources: ReadonlyMap<string, Resource>): readonly string[] => {
  const flat = new Map(
    [...resources].map(([key, resource]) => [key, content(resource, () => 'REFERENCE')])
  )
  return [...resources.values()]
    .map((resource) =>
      content(resource, (reference) => flat.get(reference) ?? `DANGLING ${reference}`)
    )
    .sort()
}

/** Each line is a world of its own: the same fullUrl in two Bundles is two resources. */
export const sentForms = (lines: readonly string[]): readonly string[] =>
  lines
    .flatMap((line) =>
      forms(
        new Map(
          ((JSON.parse(line) as Bundle).entry ?? []).flatMap(({ fullUrl, resource }) =>
            fullUrl === undefined || resource === undefined ? [] : [[fullUrl, resource] as const]
          )
        )
      )
    )
    .sort()

export const storedForms = (resources: readonly Resource[]): readonly string[] =>
  forms(
    new Map(
      resources.map((resource) => [`${resource.resourceType}/${resource.id ?? ''}`, resource])
    )
  )

/** Every page of a search. */
export const searchAll = async (
  connection: Connection,
  query: string
): Promise<readonly Resource[]> => {
  const found: Resource[] = []
  let next: string | undefined = query
  while (next !== undefined) {
    const answer = await connection.request('GET', next)
    if (answer.status !== 200) {
      throw new Error(`${next} answered ${String(answer.status)}: ${answer.text.slice(0, 500)}`)
    }
    const bundle = answer.json() as Bundle
    found.push(...(bundle.entry ?? []).flatMap(({ resource }) => resource ?? []))
    next = bundle.link?.find(({ relation }) => relation === 'next')?.url
  }
  return found
}
