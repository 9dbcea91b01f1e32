/** The value of a primitive: its JSON kind, format, code and rules. */
import { checkCodes } from './codes.ts'
import { narrativeFault } from './narrative.ts'
import { primitives } from './primitives.ts'
import { tryRules } from '../rules/try-rules.ts'
import type { Scope } from '../scope.ts'
import { jsonKind, quote, report } from '../scope.ts'
import type { Field } from './type-node.ts'

/** Types whose values may point to something contained. */
const pointing: ReadonlySet<string> = new Set(['uri', 'url', 'canonical'])

export const checkPrimitive = (field: Field, value: unknown, scope: Scope): void => {
  const type = field.type.code
  const primitive = primitives[type]
  if (primitive === undefined) return
  const kind = typeof value
  if (kind !== primitive.json) {
    report(scope, 'error', 'structure', `Found ${jsonKind(value)}, expected ${primitive.expected}.`)
    return
  }
  if (value === '') {
    report(
      scope,
      'error',
      'value',
      'Found an empty string, expected a value; leave the element out.'
    )
    return
  }
  if (!primitive.accepts(value as never)) {
    reportFormat(value, primitive.expected, scope)
    return
  }
  if (type === 'xhtml') {
    const fault = narrativeFault(value as string)
    if (fault) report(scope, 'error', fault.kind, fault.diagnostics)
  }
  if (field.valueSet !== undefined) checkCodes(field.valueSet, type, value, scope)
  if (typeof value === 'string' && value.startsWith('#') && pointing.has(type)) {
    scope.fragments.add(value)
  }
  if (field.rules.length > 0) tryRules(field.rules, value, scope)
}

const reportFormat = (value: unknown, expected: string, scope: Scope): void => {
  const nul = typeof value === 'string' && value.includes('\u0000')
  report(
    scope,
    'error',
    'value',
    nul
      ? 'Found the NUL character (U+0000), expected text without it; remove it.'
      : `Found ${quote(value)}, expected ${expected}.`
  )
}
