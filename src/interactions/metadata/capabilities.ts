/**
 * capabilities: what this server answers, made from the tables that answer it.
 * https://hl7.org/fhir/R4/http.html#capabilities
 */
import { createHash } from 'node:crypto'
import type { Definitions, SearchParameter } from '../../definitions/definitions.ts'
import { FhirError } from '../../fhir/fhir-error.ts'
import {
  factsOfType,
  isConformance,
  isJournal,
  isReadOnly,
  isTransient,
  typesThat
} from '../../fhir/type-groups.ts'
import type { ResourceType } from '../../fhir/resource.ts'
import { everyParameterOf } from '../../search/parameters/own.ts'
import { auditParameters } from '../unstored/audit-search.ts'
import type { ParameterKey } from '../../search/query.ts'
import type { FhirRequest, FhirResponse } from '../../exchange/context.ts'
import { conformanceParameters } from '../unstored/conformance.ts'

export interface CapabilitiesInput {
  readonly definitions: Definitions
  /** Search parameters that are left out for now; a new set each time that it changes. */
  readonly unindexed: () => ReadonlySet<ParameterKey>
  /** Of the routes table: code of each interaction and its path. */
  readonly routes: () => readonly { readonly interaction: string; readonly path: string }[]
  readonly operations: readonly {
    readonly name: string
    readonly level: string
    readonly types: readonly ResourceType[]
    readonly definition: string
  }[]
  readonly base: string
  readonly timeZone: string
  readonly software: { readonly version: string; readonly releaseDate: string }
}

interface Parameter {
  readonly name: string
  readonly type: string
  readonly definition?: string
}

const typeInteractions: readonly string[] = [
  'read',
  'vread',
  'update',
  'patch',
  'delete',
  'history-instance',
  'create',
  'search-type'
]
const onlyRead: ReadonlySet<string> = new Set(['read', 'search-type'])
const compartments: readonly ResourceType[] = [
  'Patient',
  'Encounter',
  'RelatedPerson',
  'Practitioner',
  'Device'
]

const parametersOf = (definitions: Definitions, type: ResourceType): readonly Parameter[] => {
  if (isJournal(type)) return auditParameters
  if (isConformance(type)) {
    return conformanceParameters.map((name) => ({
      name,
      type: name === 'url' ? 'uri' : name === 'name' || name === 'title' ? 'string' : 'token'
    }))
  }
  return everyParameterOf(definitions, type).map(({ code, kind, url }) => ({
    name: code,
    type: kind,
    definition: url
  }))
}

const refersTo = (type: ResourceType, { datatypes, targets }: SearchParameter): boolean =>
  datatypes.includes('Reference') && targets.includes(type)

/**
 * Parameters that may refer to any type would add themselves to every type; they work all the same.
 */
const reverseIncludes = (
  definitions: Definitions,
  every: readonly SearchParameter[],
  type: ResourceType
): readonly string[] =>
  every
    .filter(
      (parameter) =>
        parameter.targets.length < definitions.types.length && refersTo(type, parameter)
    )
    .map(({ type: source, code }) => `${source}:${code}`)

const writing = (type: ResourceType): object =>
  isReadOnly(type)
    ? { versioning: 'no-version' }
    : {
        versioning: factsOfType(type).versioned === true ? 'versioned-update' : 'versioned',
        readHistory: true,
        updateCreate: false,
        conditionalCreate: true,
        conditionalRead: 'full-support',
        conditionalUpdate: true,
        conditionalDelete: factsOfType(type).endedBy !== undefined ? 'not-supported' : 'single',
        referencePolicy: ['literal', 'logical', 'enforced', 'local']
      }

const resourceOf =
  (input: CapabilitiesInput, codes: ReadonlySet<string>, every: readonly SearchParameter[]) =>
  (type: ResourceType): object => {
    const { definitions, operations } = input
    const own = operations.filter(({ level, types }) => level !== 'system' && types.includes(type))
    const interactions = typeInteractions.filter(
      (code) =>
        codes.has(code) &&
        !(isReadOnly(type) && !onlyRead.has(code)) &&
        !(code === 'delete' && factsOfType(type).endedBy !== undefined)
    )
    const includes = isReadOnly(type)
      ? []
      : [...definitions.searchParameters(type).values()]
          .filter(({ datatypes }) => datatypes.includes('Reference'))
          .map(({ code }) => `${type}:${code}`)
    const reverse = isReadOnly(type) ? [] : reverseIncludes(definitions, every, type)
    return {
      type,
      ...profilesOf(definitions, type),
      interaction: interactions.map((code) => ({ code })),
      ...writing(type),
      ...(includes.length > 0 && { searchInclude: includes }),
      ...(reverse.length > 0 && { searchRevInclude: reverse }),
      searchParam: parametersOf(definitions, type),
      ...(own.length > 0 && {
        operation: own.map(({ name, definition }) => ({ name: name.slice(1), definition }))
      })
    }
  }

const profilesOf = (definitions: Definitions, type: ResourceType): object => {
  const profiles = definitions
    .conformance('StructureDefinition')
    .filter((each) => each['type'] === type && each['derivation'] === 'constraint')
    .flatMap(({ url }) => (typeof url === 'string' ? [url] : []))
  return profiles.length > 0 ? { supportedProfile: profiles } : {}
}

const notes = (timeZone: string): string =>
  [
    'Every answer holds what the consent of the persons concerned and the relations of care let the caller see; anything else is as if it did not exist.',
    `Dates of a search that name no zone are read in ${timeZone}.`,
    'Unknown search parameters are an error unless the request says Prefer: handling=lenient.',
    'Ids are given by the server: PUT to an unknown id is refused, conditional create and update work on identifiers.',
    `Changes of ${typesThat(({ versioned }) => versioned === true).join(', ')} by id need If-Match.`,
    'Several visible Patient records with one national number are one person: conditional requests take the oldest, and a search by one of them finds what stands on the others.'
  ].join(' ')

const statementOf = (input: CapabilitiesInput): object => {
  const { definitions, operations, base, software } = input
  const codes = new Set(input.routes().map(({ interaction }) => interaction))
  return {
    resourceType: 'CapabilityStatement',
    status: 'active',
    date: software.releaseDate,
    kind: 'instance',
    software: { name: 'psi-fhir', version: software.version, releaseDate: software.releaseDate },
    implementation: {
      description: 'Individualised service plans (PSI), shared under consent',
      url: base
    },
    fhirVersion: '4.0.1',
    format: ['application/fhir+json', 'json'],
    patchFormat: ['application/json-patch+json'],
    rest: [
      {
        mode: 'server',
        documentation: notes(input.timeZone),
        security: securityOf(base),
        resource: resourcesOf(input, codes),
        interaction: codes.has('transaction') ? [{ code: 'transaction' }, { code: 'batch' }] : [],
        searchParam: [],
        operation: operations
          .filter(({ level }) => level === 'system')
          .map(({ name, definition }) => ({ name: name.slice(1), definition })),
        compartment: compartments
          .filter((type) =>
            definitions.types.some((member) => definitions.compartment(type, member) !== undefined)
          )
          .map((type) => `http://hl7.org/fhir/CompartmentDefinition/${type.toLowerCase()}`)
      }
    ]
  }
}

const resourcesOf = (input: CapabilitiesInput, codes: ReadonlySet<string>): readonly object[] => {
  const { types, searchParameters } = input.definitions
  const every = types
    .filter((type) => !isReadOnly(type))
    .flatMap((type) => [...searchParameters(type).values()])
  return types.filter((type) => !isTransient(type)).map(resourceOf(input, codes, every))
}

const securityOf = (base: string): object => ({
  cors: false,
  service: [
    {
      coding: [
        {
          system: 'http://terminology.hl7.org/CodeSystem/restful-security-service',
          code: 'SMART-on-FHIR'
        }
      ]
    }
  ],
  description: `SMART Backend Services; ${base}/.well-known/smart-configuration names the token endpoint.`
})

/** The tables as far as the index of the store goes. */
const indexedAlone = (
  definitions: Definitions,
  unindexed: ReadonlySet<ParameterKey>
): Definitions =>
  unindexed.size === 0
    ? definitions
    : {
        ...definitions,
        searchParameters: (type) =>
          new Map(
            [...definitions.searchParameters(type)].filter(([, { key }]) => !unindexed.has(key))
          )
      }

const withoutEmpty = (_name: string, value: unknown): unknown =>
  Array.isArray(value) && value.length === 0 ? undefined : value

/** Needs no caller: the same for everybody. */
export type Capabilities = (request: FhirRequest) => Promise<FhirResponse>

interface Made {
  readonly without: ReadonlySet<ParameterKey>
  readonly json: Uint8Array
  readonly version: string
}

const make = (input: CapabilitiesInput): Made => {
  const without = input.unindexed()
  const definitions = indexedAlone(input.definitions, without)
  const json = Buffer.from(JSON.stringify(statementOf({ ...input, definitions }), withoutEmpty))
  return { without, json, version: createHash('sha256').update(json).digest('hex').slice(0, 32) }
}

export const createCapabilities = (input: CapabilitiesInput): Capabilities => {
  let made: Made | undefined
  return async ({ query, ifNoneMatch }) => {
    const mode = query.find(([name]) => name === 'mode')?.[1] ?? 'full'
    if (mode !== 'full') {
      throw new FhirError('invalid', `Found mode=${JSON.stringify(mode)}, expected full.`, {
        issue: 'not-supported'
      })
    }
    if (made?.without !== input.unindexed()) made = make(input)
    const etag = `W/"${made.version}"`
    if (ifNoneMatch?.includes(made.version) === true || ifNoneMatch?.includes('*') === true) {
      return { kind: 'empty', status: 304, etag }
    }
    return { kind: 'bytes', status: 200, json: made.json, etag }
  }
}
