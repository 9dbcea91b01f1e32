/** Opens the committed tables: one read at start, no package and no network. */
import type { ResourceType } from '../fhir/resource.ts'
import type { CompartmentTable } from './compartments.ts'
import { loadCompartments } from './compartments.ts'
import { loadConformance } from './conformance.ts'
import type { Definitions } from './definitions.ts'
import { createPatientParameters } from './patient-parameters.ts'
import type { ProfileFile } from './profiles.ts'
import { loadProfiles } from './profiles.ts'
import type { SearchParameterTable } from './search-parameters.ts'
import { loadSearchParameters } from './search-parameters.ts'
import type { StructureFile } from './structures.ts'
import { loadStructures } from './structures.ts'
import { readTable } from './table.ts'
import type { BindingFile } from './value-sets.ts'
import { loadValueSets } from './value-sets.ts'

export const loadDefinitions = (): Definitions => {
  const structures = loadStructures(readTable<StructureFile>('structures.json'))
  const types = [...structures.typeNames()]
    .filter((name) => isConcrete(structures.type(name)))
    .sort() as ResourceType[]
  const known: ReadonlySet<string> = new Set(types)
  const isType = (name: string): name is ResourceType => known.has(name)
  const searchParameters = loadSearchParameters(
    readTable<SearchParameterTable>('search-parameters.json')
  )
  return {
    types,
    isType,
    searchParameters,
    namesPatient: createPatientParameters({ types, isType, searchParameters }),
    compartment: loadCompartments(readTable<CompartmentTable>('compartments.json')),
    conformance: loadConformance(),
    structures,
    valueSet: loadValueSets(readTable<BindingFile>('bindings.json')),
    profile: loadProfiles(readTable<ProfileFile>('structures-profiles.json'))
  }
}

const isConcrete = (
  type: { readonly kind: string; readonly abstract: boolean } | undefined
): boolean => type?.kind === 'resource' && !type.abstract
