/** URIs and canonicals, matched whole. https://hl7.org/fhir/R4/search.html#uri */
import { unescape } from '../escape.ts'
import { whole } from '../index-text.ts'
import { addWord } from '../values.ts'
import type { Node } from '../query.ts'
import type { ParameterKind } from './parameter-kind.ts'

const values: ParameterKind['values'] = ({ key, datatypes }) => {
  const canonical = datatypes.includes('canonical')
  return (value, into) => {
    if (typeof value !== 'string' || value === '') return
    addWord(into, key, whole(value), undefined)
    const bar = canonical ? value.indexOf('|') : -1
    // found with and without its version
    if (bar > 0) addWord(into, key, whole(value.slice(0, bar)), undefined)
  }
}

const node: ParameterKind['node'] = ({ key }, alternatives) => {
  const nodes = alternatives.map((alternative): Node => ({
    kind: 'word',
    parameter: key,
    code: whole(unescape(alternative))
  }))
  return nodes.length === 1 ? (nodes[0] as Node) : { kind: 'or', nodes }
}

export const uri: ParameterKind = {
  form: 'word',
  version: 1,
  datatypes: ['uri', 'url', 'canonical', 'oid', 'uuid'],
  modifiers: [],
  values,
  node
}
