/** Tries invariants on one element and reports those that it breaks. */
import type { Rule } from './rule.ts'
import type { Scope } from '../scope.ts'
import { report } from '../scope.ts'

export const tryRules = (rules: readonly Rule[], element: unknown, scope: Scope): void => {
  for (const rule of rules) {
    const kept = attempt(rule, element, scope)
    if (kept === false) {
      report(
        scope,
        rule.severity,
        'invariant',
        `${sentence(rule.human)} (${rule.key}); change the element so that the rule holds.`
      )
    } else if (kept === undefined) {
      report(
        scope,
        'information',
        'not-supported',
        `Rule ${rule.key} could not be judged on this element: it compares values that do not compare.`
      )
    }
  }
}

/**
 * Undefined when the expression cannot be evaluated on this content, e.g. an ordering of text and
 * number.
 */
const attempt = ({ test }: Rule, element: unknown, scope: Scope): boolean | undefined => {
  try {
    return test(element, scope)
  } catch {
    return undefined
  }
}

const sentence = (human: string): string => human.trim().replace(/[.;]+$/, '')
