/**
 * One filtering parameter of a query as a node: plain, chained (`subject:Patient.name`) or reverse
 * (`_has`). https://hl7.org/fhir/R4/search.html
 */
import type { Definitions, SearchParameter } from '../definitions/definitions.ts'
import { isId } from '../fhir/id.ts'
import { FhirError } from '../fhir/fhir-error.ts'
import type { ResourceType } from '../fhir/resource.ts'
import { split, unescape } from './escape.ts'
import { hasControl } from './index-text.ts'
import { kindOf } from './parameters/kinds.ts'
import { malformed } from './parameters/malformed.ts'
import { parameterOf } from './parameters/own.ts'
import { anyType, type Reading } from './parameters/parameter-kind.ts'
import { idKey, isOwnKey, type Form, type Node } from './query.ts'
import { unknownParameter, type Unknown } from './unknown-parameter.ts'

export interface FilterContext extends Reading {
  readonly definitions: Pick<Definitions, 'isType' | 'searchParameters'>
  /** Left for this query; grows smaller as parameters are read. */
  readonly budget: { values: number; joins: number }
  /** Types that chains and `_has` look into: the caller needs their scopes too. */
  readonly reached: Set<ResourceType>
  /** Names that are known beside the filters, for messages. */
  readonly beside: readonly string[]
}

export const mostValuesInQuery = 1000
export const mostJoins = 10

/** Refused whatever the client prefers: to ignore them would widen the answer. */
const refused = new Set(['_security', '_tag', '_text', '_content', '_filter', '_list', '_query'])

/**
 * @throws FhirError `invalid` for unsupported modifiers, malformed values and whatever exceeds the
 * budget
 */
export const parseFilter = (
  context: FilterContext,
  type: ResourceType,
  name: string,
  value: string
): Node | Unknown => {
  const head = name.split(/[.:]/, 1)[0] ?? ''
  if (refused.has(head)) {
    throw new FhirError(
      'invalid',
      `Search parameter ${head} is not supported here, and ignoring it would widen the answer. Leave it out.`,
      { issue: 'not-supported' }
    )
  }
  if (head === '_has') return parseHas(context, type, name, value)
  const dot = name.indexOf('.')
  return dot < 0
    ? parsePlain(context, type, name, value)
    : parseChain(context, type, name.slice(0, dot), name.slice(dot + 1), value)
}

const parsePlain = (
  context: FilterContext,
  type: ResourceType,
  name: string,
  value: string
): Node | Unknown => {
  const colon = name.indexOf(':')
  const code = colon < 0 ? name : name.slice(0, colon)
  const modifier = colon < 0 ? undefined : name.slice(colon + 1)
  if (code === idKey) return ids(alternativesOf(context, name, value), modifier)
  const parameter = parameterOf(context.definitions, type, code)
  if (!parameter) return unknownParameter(context, type, code)
  const kind = kindOf(parameter)
  const modifiers = [...kind.modifiers, ...(isOwnKey(parameter.key) ? [] : ['missing'])]
  if (modifier !== undefined && !isAmong(modifiers, modifier, context)) {
    throw unsupportedModifier(code, modifier, modifiers)
  }
  if (modifier === 'missing') return missing(parameter, kind.form, value)
  const alternatives = alternativesOf(context, name, value)
  const node = kind.node(parameter, alternatives, modifier, context)
  if (node.kind === 'link') {
    spend(context, Math.max(0, node.targets.length - alternatives.length))
  }
  return node
}

const alternativesOf = (context: FilterContext, name: string, value: string): readonly string[] => {
  if (hasControl(value)) throw malformed(name, value, 'text without control characters')
  const alternatives = split(value, ',')
  if (alternatives.includes('')) {
    throw malformed(
      name,
      value,
      'a value, or several with single commas between them (a , inside a value is written \\,)'
    )
  }
  spend(context, alternatives.length)
  return alternatives
}

/** A bare id of a reference that may point to any type counts once for each type. */
const spend = ({ budget }: FilterContext, count: number): void => {
  budget.values -= count
  if (budget.values < 0) {
    throw new FhirError(
      'invalid',
      `This query names more than ${mostValuesInQuery} values. Ask in several queries, and write references as Type/id.`,
      { issue: 'too-costly' }
    )
  }
}

const ids = (alternatives: readonly string[], modifier: string | undefined): Node => {
  if (modifier !== undefined) throw unsupportedModifier('_id', modifier, [])
  return {
    kind: 'ids',
    ids: alternatives.map((alternative) => {
      const id = unescape(alternative)
      if (!isId(id)) throw malformed('_id', id, 'an id without its type')
      return id
    })
  }
}

const isAmong = (
  modifiers: readonly string[],
  modifier: string,
  { isType }: FilterContext
): boolean =>
  isType(modifier)
    ? modifiers.includes(anyType)
    : modifier !== anyType && modifiers.includes(modifier)

const missing = ({ key, code }: SearchParameter, form: Form, value: string): Node => {
  if (value !== 'true' && value !== 'false') {
    throw malformed(`${code}:missing`, value, 'true or false')
  }
  const node: Node = { kind: 'missing', parameter: key, form }
  return value === 'true' ? node : { kind: 'not', node }
}

const parseChain = (
  context: FilterContext,
  type: ResourceType,
  link: string,
  rest: string,
  value: string
): Node | Unknown => {
  const [code = '', named] = link.split(':', 2)
  const parameter = context.definitions.searchParameters(type).get(code)
  if (!parameter) return unknownParameter(context, type, code)
  if (!parameter.datatypes.includes('Reference')) {
    throw new FhirError(
      'invalid',
      `Search parameter ${code} of ${type} holds no references, so nothing can follow it after a dot. Use it alone.`,
      { issue: 'not-supported' }
    )
  }
  if (rest.includes('.') || rest.startsWith('_has:')) {
    throw new FhirError(
      'invalid',
      `${link}.${rest} follows more than one reference; this server follows one. Search ${parameter.targets.length === 1 ? parameter.targets[0] : 'the middle type'} first, then ask with the ids found.`,
      { issue: 'too-costly' }
    )
  }
  if (named !== undefined && !context.isType(named)) {
    throw unsupportedModifier(code, named, parameter.targets.slice(0, 8))
  }
  const inner = rest.split(':', 1)[0] ?? ''
  const targets = (named === undefined ? parameter.targets : [named]).filter((target) =>
    knows(context, target, inner)
  )
  const [first] = targets
  if (first === undefined) {
    return unknownParameter(
      { ...context, beside: [] },
      named ?? (parameter.targets.includes('Patient') ? 'Patient' : parameter.targets[0]) ?? type,
      inner
    )
  }
  join(context, targets.length, `${code}:${first}.${rest}`)
  const chainTo = (targetType: ResourceType): Node => {
    context.reached.add(targetType)
    const node = known(parsePlain(context, targetType, rest, value))
    return { kind: 'chain', parameter: parameter.key, targetType, node }
  }
  return targets.length === 1 ? chainTo(first) : { kind: 'or', nodes: targets.map(chainTo) }
}

/** `_has:Goal:subject:lifecycle-status=active`: resources that a Goal refers to. */
const parseHas = (
  context: FilterContext,
  type: ResourceType,
  name: string,
  value: string
): Node | Unknown => {
  const [, source = '', code = '', ...rest] = name.split(':')
  const inner = rest.join(':')
  if (!context.isType(source) || code === '' || inner === '') {
    throw new FhirError(
      'invalid',
      `Cannot read ${JSON.stringify(name)}; expected _has:Type:reference:parameter, e.g. _has:CarePlan:subject:status.`,
      { issue: 'value' }
    )
  }
  if (inner.includes('.') || inner.startsWith('_has')) {
    throw new FhirError(
      'invalid',
      `${name} follows more than one reference; this server follows one. Search ${source} first, then ask with the ids found.`,
      { issue: 'too-costly' }
    )
  }
  const parameter = context.definitions.searchParameters(source).get(code)
  if (!parameter) return unknownParameter(context, source, code)
  if (!parameter.datatypes.includes('Reference') || !parameter.targets.includes(type)) {
    throw new FhirError(
      'invalid',
      `${source}.${code} never refers to ${type}, so ${name} finds nothing. Use a reference parameter of ${source} that does.`,
      { issue: 'value' }
    )
  }
  const node = parsePlain({ ...context, beside: [] }, source, inner, value)
  if (node.kind === 'unknown') return node
  join(context, 1, name)
  context.reached.add(source)
  return { kind: 'has', sourceType: source, parameter: parameter.key, node }
}

const knows = ({ definitions }: FilterContext, type: ResourceType, code: string): boolean =>
  parameterOf(definitions, type, code) !== undefined

const known = (node: Node | Unknown): Node => {
  if (node.kind === 'unknown') {
    throw new FhirError('invalid', node.diagnostics, { issue: 'not-supported' })
  }
  return node
}

const join = ({ budget }: FilterContext, count: number, example: string): void => {
  budget.joins -= count
  if (budget.joins < 0) {
    throw new FhirError(
      'invalid',
      `This query looks into more than ${mostJoins} other sets of resources. Name the type in chains (${example}) or use fewer.`,
      { issue: 'too-costly' }
    )
  }
}

const unsupportedModifier = (
  code: string,
  modifier: string,
  supported: readonly string[]
): FhirError =>
  new FhirError(
    'invalid',
    `Modifier :${modifier} is not supported on ${code}. ${supported.length === 0 ? 'It takes none.' : `Supported: ${supported.map((each) => `:${each}`).join(' ')}.`}`,
    { issue: 'not-supported' }
  )
