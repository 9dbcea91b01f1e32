/** Patients that a request line itself names: a refused look-up appears in their journal too. */
import { idPattern, isId } from '../fhir/id.ts'
import type { ResourceId } from '../fhir/resource.ts'

/** Of the definitions (definitions/patient-parameters.ts): parameters whose bare value is one. */
export type NamesPatient = (type: string | undefined, name: string) => boolean
/** @returns each once, in the order of the line */
export type NamedPatients = (path: string, query: string) => readonly ResourceId[]

const compartment = new RegExp(`^Patient/(${idPattern})(?:/|$)`)
const reference = new RegExp(`(?:^|/)Patient/(${idPattern})(?:$|/)`)
/** A search with more values is refused (search/filter.ts), so nobody is looked up unseen. */
const mostValues = 1000

/** What a path is about: the member of `Patient/1/CarePlan`; undefined for an operation. */
export const typeIn = (path: string): string | undefined => {
  if (path.includes('$')) return undefined
  const [type, , member] = path.split('/', 3)
  return member !== undefined && /^[A-Z]/.test(member) ? member : type
}

const decoded = (text: string): string => {
  if (!text.includes('%')) return text
  try {
    return decodeURIComponent(text)
  } catch {
    return text
  }
}

const nobody: readonly ResourceId[] = []

export const createNamedPatients = (namesPatient: NamesPatient): NamedPatients => {
  const collect = (pair: string, type: string | undefined, found: Set<string>): void => {
    const at = pair.indexOf('=')
    if (at < 0) return
    const isNamed = namesPatient(type, decoded(pair.slice(0, at)))
    for (const value of decoded(pair.slice(at + 1)).split(',', mostValues)) {
      const id = reference.exec(value)?.[1] ?? (isNamed && isId(value) ? value : undefined)
      if (id !== undefined) found.add(id)
    }
  }
  return (path, query) => {
    const inPath = path.startsWith('Patient/') ? compartment.exec(path)?.[1] : undefined
    if (query === '') return inPath === undefined ? nobody : [inPath as ResourceId]
    const found = new Set<string>(inPath === undefined ? [] : [inPath])
    const type = typeIn(path)
    for (const pair of query.split('&')) collect(pair, type, found)
    return [...found] as ResourceId[]
  }
}
