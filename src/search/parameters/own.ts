/**
 * `_id` and `_lastUpdated`: every resource has them, so no table names them, and they are answered
 * from the version itself. https://hl7.org/fhir/R4/search.html#all
 */
import type { Definitions, SearchParameter } from '../../definitions/definitions.ts'
import type { ResourceType } from '../../fhir/resource.ts'
import { idKey, lastUpdatedKey } from '../query.ts'

type Tables = Pick<Definitions, 'searchParameters'>

const ownOf = (type: ResourceType): readonly SearchParameter[] => [
  {
    key: idKey,
    type,
    code: idKey,
    kind: 'token',
    url: 'http://hl7.org/fhir/SearchParameter/Resource-id',
    expression: `${type}.id`,
    datatypes: ['id'],
    targets: []
  },
  {
    key: lastUpdatedKey,
    type,
    code: lastUpdatedKey,
    kind: 'date',
    url: 'http://hl7.org/fhir/SearchParameter/Resource-lastUpdated',
    expression: `${type}.meta.lastUpdated`,
    datatypes: ['instant'],
    targets: []
  }
]

export const parameterOf = (
  definitions: Tables,
  type: ResourceType,
  code: string
): SearchParameter | undefined =>
  ownOf(type).find((parameter) => parameter.code === code) ??
  definitions.searchParameters(type).get(code)

export const everyParameterOf = (
  definitions: Tables,
  type: ResourceType
): readonly SearchParameter[] => [...ownOf(type), ...definitions.searchParameters(type).values()]
