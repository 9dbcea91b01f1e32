/**
 * Text, names and addresses: found by their beginning, without regard to case and accents.
 * https://hl7.org/fhir/R4/search.html#string
 */
import { fold } from '../../fhir/string.ts'
import { unescape } from '../escape.ts'
import { beginning, whole } from '../index-text.ts'
import { addText, type Values } from '../values.ts'
import type { Node, TextNode } from '../query.ts'
import { malformed } from './malformed.ts'
import type { ParameterKind } from './parameter-kind.ts'

/**
 * Parts of HumanName and Address that a reader would search by; `use`, `type` and `period` are
 * none.
 */
const parts = [
  'text',
  'family',
  'given',
  'prefix',
  'suffix',
  'line',
  'city',
  'district',
  'state',
  'postalCode',
  'country'
]

const add = (into: Values, key: string, value: unknown): void => {
  if (typeof value !== 'string') return
  const folded = fold(value)
  if (folded !== '') addText(into, key, beginning(folded), whole(value))
}

const values: ParameterKind['values'] =
  ({ key }) =>
  (value, into) => {
    if (typeof value !== 'object' || value === null) return add(into, key, value)
    for (const part of parts) {
      const found = (value as Record<string, unknown>)[part]
      if (found === undefined) continue
      if (Array.isArray(found)) for (const item of found) add(into, key, item)
      else add(into, key, found)
    }
  }

const node: ParameterKind['node'] = ({ key, code }, alternatives, modifier) => {
  const nodes = alternatives.map((alternative): TextNode => {
    const text = unescape(alternative)
    if (modifier === 'exact') {
      return { kind: 'text', parameter: key, match: 'exact', value: whole(text) }
    }
    const folded = fold(text)
    if (folded === '') throw malformed(code, alternative, 'letters or digits')
    return {
      kind: 'text',
      parameter: key,
      match: modifier === 'contains' ? 'contains' : 'prefix',
      value: beginning(folded)
    }
  })
  return nodes.length === 1 ? (nodes[0] as Node) : { kind: 'or', nodes }
}

export const string: ParameterKind = {
  form: 'text',
  version: 1,
  datatypes: ['string', 'markdown', 'HumanName', 'Address'],
  modifiers: ['exact', 'contains'],
  values,
  node
}
