/** Types by what consent can say about them. */
import type { ResourceType } from './resource.ts'

const directory: readonly ResourceType[] = [
  'Organization',
  'Practitioner',
  'PractitionerRole',
  'HealthcareService',
  'Location',
  'Endpoint',
  'OrganizationAffiliation'
]
const conformance: readonly ResourceType[] = [
  'StructureDefinition',
  'ValueSet',
  'CodeSystem',
  'ConceptMap',
  'NamingSystem',
  'SearchParameter',
  'OperationDefinition',
  'CompartmentDefinition',
  'CapabilityStatement',
  'ImplementationGuide',
  'StructureMap',
  'GraphDefinition',
  'ExampleScenario',
  'MessageDefinition',
  'TerminologyCapabilities'
]

const directorySet: ReadonlySet<string> = new Set(directory)
const conformanceSet: ReadonlySet<string> = new Set(conformance)

/** Who works where: professionals and institutions. */
export const isDirectory = (type: ResourceType): boolean => directorySet.has(type)
/** Definitions, the same for every caller. */
export const isConformance = (type: ResourceType): boolean => conformanceSet.has(type)
