/**
 * Reads the table of search parameters (profiles/tables/search-parameters.json).
 * https://hl7.org/fhir/R4/searchparameter-registry.html
 */
import type { ResourceType } from '../fhir/resource.ts'
import type { SearchParameter } from './definitions.ts'

/**
 * Type → code → facts. `targets: '*'`: any type. `url`: without the prefix that all published
 * parameters have.
 */
export type SearchParameterTable = Readonly<
  Record<string, Readonly<Record<string, SearchParameterRow>>>
>
interface SearchParameterRow {
  readonly kind: string
  readonly expression: string
  readonly datatypes: readonly string[]
  readonly targets?: string | readonly string[]
  readonly system?: string
  readonly url: string
}

const published = 'http://hl7.org/fhir/SearchParameter/'
const none: ReadonlyMap<string, SearchParameter> = new Map()

export const loadSearchParameters = (
  table: SearchParameterTable
): ((type: ResourceType) => ReadonlyMap<string, SearchParameter>) => {
  const every = Object.keys(table) as ResourceType[]
  const byType = new Map(
    Object.entries(table).map(([type, rows]) => [
      type,
      new Map(Object.entries(rows).map(([code, row]) => [code, read(type, code, row, every)]))
    ])
  )
  return (type) => byType.get(type) ?? none
}

const read = (
  type: string,
  code: string,
  row: SearchParameterRow,
  every: readonly ResourceType[]
): SearchParameter => ({
  key: `${type}.${code}`,
  type: type as ResourceType,
  code,
  kind: row.kind,
  url: row.url.includes(':') ? row.url : published + row.url,
  expression: row.expression,
  datatypes: row.datatypes,
  ...(row.system !== undefined && { system: row.system }),
  targets: Array.isArray(row.targets)
    ? (row.targets as ResourceType[])
    : row.targets === '*'
      ? every
      : []
})
