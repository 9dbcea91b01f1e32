/** Narrows a search parameter's expression to one type and spells every choice element out, so that the server needs no type model to follow it. */
import type { Path, PathExpression, Step } from '../../../src/fhirpath/path.ts'
import { kinds } from '../../../src/search/parameters/kinds.ts'
import type { ElementTypes, Place } from './element-types.ts'

export interface TypedExpression { readonly expression: PathExpression, readonly leaves: readonly Place[], readonly targets: readonly string[] | 'any' }

/** Whether the kind can be indexed by the data type. */
const isIndexable = (kind: string, datatype: string) => kinds[kind]?.datatypes.includes(datatype) === true

/** @throws Error when the type has no part in the expression, or nothing that the kind can be indexed by */
export const typedExpression = (expression: PathExpression, type: string, kind: string, elements: ElementTypes): TypedExpression => {
  const parts = (expression.kind === 'union' ? expression.of : [expression]).filter((part) => rootOf(part) === undefined || [type, 'Resource', 'DomainResource'].includes(rootOf(part) ?? ''))
  const typed = parts.flatMap((part) => typedPart(part, type, kind, elements))
  if (typed.length === 0) throw new Error('nothing that can be indexed')
  const targets = typed.map((each) => each.targets)
  return {
    expression: typed.length === 1 ? (typed[0] as TypedExpression).expression : { kind: 'union', of: typed.map((each) => each.expression) },
    leaves: typed.flatMap((each) => each.leaves),
    targets: targets.includes('any') ? 'any' : [...new Set(targets.flat())]
  }
}

const rootOf = (part: PathExpression): string | undefined => {
  if (part.kind === 'path') return part.root ?? (part.from && rootOf(part.from))
  const first = part.kind === 'compare' ? part.left : part.of[0]
  return first && rootOf(first)
}

const typedPart = (part: PathExpression, type: string, kind: string, elements: ElementTypes): readonly TypedExpression[] => {
  if (part.kind === 'path' && part.from === undefined) {
    return alternatives(part, type, elements).filter((each) => isIndexable(kind, each.place.datatype)).map(({ path, place, targets }) => ({ expression: path, leaves: [place], targets }))
  }
  const boolean: Place = { path: type, datatype: 'boolean', targets: 'any' }
  return isIndexable(kind, 'boolean') ? [{ expression: spelledOut(part, type, elements), leaves: [boolean], targets: 'any' }] : []
}

/** Conditions such as `Patient.deceased.exists() and Patient.deceased != false`. */
const spelledOut = (part: PathExpression, type: string, elements: ElementTypes): PathExpression => {
  if (part.kind === 'path') {
    const last = part.steps.at(-1)
    const exists = last?.kind === 'exists'
    const paths = alternatives(exists ? { ...part, steps: part.steps.slice(0, -1) } : part, type, elements).map((each) => each.path)
    const all: PathExpression = paths.length === 1 ? paths[0] as Path : { kind: 'union', of: paths }
    return exists ? { kind: 'path', from: all, steps: [last] } : all
  }
  if (part.kind === 'compare') return { ...part, left: spelledOut(part.left, type, elements) }
  return { ...part, of: part.of.map((each) => spelledOut(each, type, elements)) }
}

/** Kinds of uri are uris to `as`. */
const isA = (datatype: string, type: string) => datatype === type || (type === 'uri' && ['canonical', 'url', 'oid', 'uuid'].includes(datatype))

interface Alternative { readonly path: Path, readonly place: Place, readonly targets: readonly string[] | 'any' }

const alternatives = (path: Path, type: string, elements: ElementTypes): readonly Alternative[] => {
  let open: readonly Alternative[] = [{ path: { kind: 'path', root: type, steps: [] }, place: elements.root(type), targets: 'any' }]
  for (const [index, step] of path.steps.entries()) open = open.flatMap((each) => advance(each, step, path.steps[index + 1], elements))
  return open
}

const advance = ({ path, place, targets }: Alternative, step: Step, next: Step | undefined, elements: ElementTypes): readonly Alternative[] => {
  const add = (...steps: Step[]): Path => ({ ...path, steps: [...path.steps, ...steps] })
  if (step.kind === 'element') {
    const { choice, places } = elements.children(place, step.name)
    const wanted = next?.kind === 'ofType' ? places.filter((each) => isA(each.datatype, next.type)) : places
    const distinct = choice ? wanted : wanted.slice(0, 1)
    return distinct.map((each) => ({ path: choice ? add(step, { kind: 'ofType', type: each.datatype }) : add(step), place: each, targets: each.targets }))
  }
  if (step.kind === 'ofType') return isA(place.datatype, step.type) ? [{ path, place, targets }] : [] // already spelled out with its element
  if (step.kind === 'refersTo') return [{ path: add(step), place, targets: [step.type] }]
  return [{ path: add(step), place, targets }]
}
