/**
 * Parses the FHIRPath of search parameters and invariants. http://hl7.org/fhirpath/N1/#expressions
 */
import type { Expression } from './expression.ts'
import type { Tokens } from './tokens.ts'
import { tokensOf } from './tokens.ts'

/** Loosest first. http://hl7.org/fhirpath/N1/#operator-precedence */
const levels: readonly (readonly string[])[] = [
  ['implies'],
  ['or', 'xor'],
  ['and'],
  ['in', 'contains'],
  ['=', '~', '!=', '!~'],
  ['<', '>', '<=', '>='],
  ['|'],
  ['is', 'as'],
  ['+', '-', '&'],
  ['*', '/', 'div', 'mod']
]
const units: ReadonlySet<string> = new Set(['year', 'years', 'month', 'months', 'day', 'days'])

/**
 * @throws Error for what stands outside this part of FHIRPath: quoted names, dates, indexers, signs
 * before numbers, qualified type names
 */
export const parseExpression = (text: string): Expression => {
  const tokens = tokensOf(text)
  const whole = parseBinary(tokens, 0)
  if (tokens.peek().kind !== 'end') throw tokens.unexpected('the end')
  return whole
}

const parseBinary = (tokens: Tokens, level: number): Expression => {
  const operators = levels[level]
  if (operators === undefined) return parseInvocations(tokens)
  let left = parseBinary(tokens, level + 1)
  while (tokens.peek().kind !== 'string' && operators.includes(tokens.peek().text)) {
    const operator = tokens.next().text
    left =
      operator === 'is' || operator === 'as'
        ? { kind: 'typed', operator, of: left, type: parseName(tokens, 'a type') }
        : { kind: 'binary', operator, left, right: parseBinary(tokens, level + 1) }
  }
  return left
}

const parseInvocations = (tokens: Tokens): Expression => {
  let expression = parseFirst(tokens)
  while (tokens.isSign('.')) {
    tokens.next()
    expression = parseInvocation(tokens, expression)
  }
  return expression
}

const parseName = (tokens: Tokens, wanted: string): string => {
  if (tokens.peek().kind !== 'word') throw tokens.unexpected(wanted)
  return tokens.next().text
}

const parseInvocation = (tokens: Tokens, of?: Expression): Expression => {
  const name = parseName(tokens, 'a name')
  const before = of === undefined ? {} : { of }
  if (!tokens.isSign('(')) return { kind: 'member', name, ...before }
  tokens.next()
  const list: Expression[] = []
  while (!tokens.isSign(')')) {
    list.push(parseBinary(tokens, 0))
    if (!tokens.isSign(')')) tokens.expect(',')
  }
  tokens.next()
  return { kind: 'call', name, arguments: list, ...before }
}

const parseFirst = (tokens: Tokens): Expression => {
  const { kind, text } = tokens.peek()
  switch (kind) {
    case 'word':
      if (text !== 'true' && text !== 'false') return parseInvocation(tokens)
      tokens.next()
      return { kind: 'literal', value: text === 'true' }
    case 'string':
      return { kind: 'literal', value: tokens.next().text }
    case 'variable':
      return { kind: 'variable', name: tokens.next().text }
    case 'number':
      return parseNumber(tokens)
    case 'sign':
      return parseBracketed(tokens)
    case 'end':
      throw tokens.unexpected('an expression')
  }
}

const parseNumber = (tokens: Tokens): Expression => {
  const value = Number(tokens.next().text)
  return tokens.peek().kind === 'word' && units.has(tokens.peek().text)
    ? { kind: 'quantity', value, unit: tokens.next().text }
    : { kind: 'literal', value }
}

const parseBracketed = (tokens: Tokens): Expression => {
  if (tokens.isSign('{')) {
    tokens.next()
    tokens.expect('}')
    return { kind: 'empty' }
  }
  tokens.expect('(')
  const inner = parseBinary(tokens, 0)
  tokens.expect(')')
  return inner
}
