/** References to resources, and canonical URLs. https://hl7.org/fhir/R4/search.html#reference */
import type { SearchParameter } from '../../definitions/definitions.ts'
import { isId } from '../../fhir/id.ts'
import { formatReference, parseReference } from '../../fhir/reference.ts'
import { unescape } from '../escape.ts'
import { whole } from '../index-text.ts'
import { addLink } from '../values.ts'
import { malformed } from './malformed.ts'
import { anyType, type ParameterKind, type Reading } from './parameter-kind.ts'

const absolute = /^[a-z][a-z0-9+.-]*:\S+$/i

const values: ParameterKind['values'] =
  ({ key }) =>
  (value, into) => {
    if (typeof value === 'string') {
      // canonical or uri: found with and without its version
      if (value === '' || value.startsWith('#')) return
      addLink(into, key, whole(value))
      const bar = value.indexOf('|')
      return bar > 0 ? addLink(into, key, whole(value.slice(0, bar))) : undefined
    }
    const { reference } = value as { reference?: unknown }
    if (typeof reference !== 'string' || reference === '' || reference.startsWith('#')) return
    const found = parseReference(reference, into.base)
    addLink(into, key, found ? formatReference(found) : whole(reference))
  }

const node: ParameterKind['node'] = (parameter, alternatives, modifier, reading) => {
  const targets = alternatives.flatMap((alternative) =>
    one(parameter, unescape(alternative), modifier, reading)
  )
  const persons = reading.personTargets
  return {
    kind: 'link',
    parameter: parameter.key,
    targets: [
      ...new Set(
        persons
          ? targets.flatMap((target) =>
              target.startsWith('Patient/') ? persons(target) : [target]
            )
          : targets
      )
    ]
  }
}

const one = (
  parameter: SearchParameter,
  text: string,
  type: string | undefined,
  { base, isType }: Reading
): readonly string[] => {
  if (!parameter.datatypes.includes('Reference')) return [whole(text)]
  if (isId(text)) {
    return (type === undefined ? parameter.targets : [type]).map((target) => `${target}/${text}`)
  }
  const literal = parseReference(text, base)
  if (literal && isType(literal.type)) {
    return type === undefined || literal.type === type ? [formatReference(literal)] : []
  }
  if (!absolute.test(text)) {
    throw malformed(
      parameter.code,
      text,
      `an id, Type/id (${parameter.targets.slice(0, 3).join(', ')}) or an absolute URL`
    )
  }
  return [whole(text)]
}

export const reference: ParameterKind = {
  form: 'link',
  version: 1,
  datatypes: ['Reference', 'canonical', 'uri', 'url'],
  modifiers: [anyType],
  values,
  node
}
