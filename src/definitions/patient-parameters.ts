/**
 * Which search parameters name a Patient when their value is an id alone, by the tables: reference
 * parameters that may point to one. https://hl7.org/fhir/R4/search.html#reference
 */
import type { ResourceType } from '../fhir/resource.ts'
import type { Definitions, SearchParameter } from './definitions.ts'

const person: ResourceType = 'Patient'

type Parameters = Pick<Definitions, 'types' | 'isType' | 'searchParameters'>
type Names = Definitions['namesPatient']

const mayName = ({ kind, targets }: SearchParameter): boolean =>
  kind === 'reference' && targets.includes(person)

/**
 * For codes that a type does not have: the request is refused, and whom it meant is kept. Where no
 * type is searched the tables are silent, and a parameter called after Patient is all there is.
 */
const elsewhere = ({ types, searchParameters }: Parameters): Names => {
  const some = new Set(
    types.flatMap((type) =>
      [...searchParameters(type).values()].filter(mayName).map(({ code }) => code)
    )
  )
  return (type, code) => (type === undefined ? code === person.toLowerCase() : some.has(code))
}

const createPlain = ({ isType, searchParameters }: Parameters, others: Names): Names => {
  return (type, name) => {
    if (name === '_id') return type === person
    const [code = '', modifier] = name.split(':', 2)
    if (modifier !== undefined && modifier !== person) return false
    if (type === undefined || !isType(type)) return others(undefined, code)
    const parameter = searchParameters(type).get(code)
    return parameter === undefined ? others(type, code) : mayName(parameter)
  }
}

/** One reference is followed, no more: a longer name is refused before anybody is looked up. */
export const createPatientParameters = (definitions: Parameters): Names => {
  const { isType, searchParameters } = definitions
  const others = elsewhere(definitions)
  const plain = createPlain(definitions, others)

  const chained = (type: string | undefined, link: string, rest: string): boolean => {
    const [code = '', named] = link.split(':', 2)
    if (named !== undefined) return plain(named, rest)
    const known = type !== undefined && isType(type) ? type : undefined
    const parameter = known === undefined ? undefined : searchParameters(known).get(code)
    return parameter === undefined
      ? others(known, code) && plain(person, rest)
      : parameter.targets.some((target) => plain(target, rest))
  }

  return (type, name) => {
    if (name.startsWith('_has:')) {
      const [, source, , ...rest] = name.split(':')
      return plain(source, rest.join(':'))
    }
    const dot = name.indexOf('.')
    return dot < 0 ? plain(type, name) : chained(type, name.slice(0, dot), name.slice(dot + 1))
  }
}
