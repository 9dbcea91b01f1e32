/** Codes, identifiers, booleans. https://hl7.org/fhir/R4/search.html#token */
import type { SearchParameter } from '../../definitions/definitions.ts'
import { split, unescape } from '../escape.ts'
import { whole } from '../index-text.ts'
import type { Node } from '../query.ts'
import { addWord, type Values } from '../values.ts'
import { malformed } from './malformed.ts'
import type { ParameterKind } from './parameter-kind.ts'

interface TokenValue {
  readonly coding?: unknown
  readonly code?: unknown
  readonly system?: unknown
  readonly value?: unknown
  readonly use?: unknown
}

const add = (into: Values, key: string, code: unknown, system: unknown): void => {
  if (typeof code !== 'string' || code === '') return
  addWord(
    into,
    key,
    whole(code),
    typeof system === 'string' && system !== '' ? whole(system) : undefined
  )
}

const values: ParameterKind['values'] = ({ key, datatypes }) => {
  const contact = datatypes.includes('ContactPoint')
  return (value, into) => {
    if (typeof value === 'string') return add(into, key, value, undefined)
    if (typeof value === 'boolean') return add(into, key, String(value), undefined)
    const { coding, code, system, value: identifier, use } = value as TokenValue
    if (Array.isArray(coding)) {
      for (const each of coding as (TokenValue | null)[]) add(into, key, each?.code, each?.system)
    } else if (code !== undefined) add(into, key, code, system)
    else add(into, key, identifier, contact ? use : system)
  }
}

const node: ParameterKind['node'] = (parameter, alternatives, modifier) => {
  const nodes = alternatives.map((alternative) => one(parameter, alternative))
  const any: Node = nodes.length === 1 ? (nodes[0] as Node) : { kind: 'or', nodes }
  return modifier === 'not' ? { kind: 'not', node: any } : any
}

const one = (parameter: SearchParameter, alternative: string): Node => {
  const [first = '', second, ...more] = split(alternative, '|').map(unescape)
  if (more.length > 0) {
    throw malformed(
      parameter.code,
      alternative,
      'code, system|code, |code or system| (a | inside a value is written \\|)'
    )
  }
  if (second === undefined) return { kind: 'word', parameter: parameter.key, code: whole(first) }
  if (first === '' && second === '') {
    throw malformed(parameter.code, alternative, 'a code, a system, or both')
  }
  return inSystem(parameter, first, second)
}

/** A code element carries no system: its binding implies it, so the index need not hold it. */
const inSystem = (
  { key, system: implied, datatypes }: SearchParameter,
  system: string,
  code: string
): Node => {
  if (
    implied !== undefined &&
    system !== '' &&
    datatypes.every((type) => type === 'code' || type === 'boolean')
  ) {
    if (system !== implied) return { kind: 'or', nodes: [] }
    return code === ''
      ? { kind: 'not', node: { kind: 'missing', parameter: key, form: 'word' } }
      : { kind: 'word', parameter: key, code: whole(code) }
  }
  return {
    kind: 'word',
    parameter: key,
    system: whole(system),
    ...(code !== '' && { code: whole(code) })
  }
}

export const token: ParameterKind = {
  form: 'word',
  version: 1,
  datatypes: [
    'CodeableConcept',
    'Coding',
    'Identifier',
    'ContactPoint',
    'code',
    'boolean',
    'string',
    'id',
    'uri'
  ],
  modifiers: ['not'],
  values,
  node
}
