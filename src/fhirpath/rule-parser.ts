/**
 * Parses the FHIRPath that invariants are written in. http://hl7.org/fhirpath/N1/#path-selection
 */

export type Term =
  | { readonly kind: 'literal'; readonly value: string | number | boolean }
  | { readonly kind: 'quantity'; readonly value: number; readonly unit: string }
  | { readonly kind: 'empty' }
  | { readonly kind: 'variable'; readonly name: string } // $this, %resource
  | { readonly kind: 'member'; readonly of?: Term; readonly name: string }
  | {
      readonly kind: 'call'
      readonly of?: Term
      readonly name: string
      readonly arguments: readonly Term[]
    }
  | {
      readonly kind: 'binary'
      readonly operator: string
      readonly left: Term
      readonly right: Term
    }

const token =
  /\s*(?:('(?:[^'\\]|\\.)*')|(\d+(?:\.\d+)?)|([A-Za-z_]\w*)|([$%]\w+)|(<=|>=|!=|!~|[=~<>|+\-*/&.,(){}[\]]))/y

/** Loosest first. https://hl7.org/fhirpath/N1/#operator-precedence */
const levels: readonly (readonly string[])[] = [
  ['implies'],
  ['or', 'xor'],
  ['and'],
  ['in', 'contains'],
  ['=', '~', '!=', '!~'],
  ['<', '>', '<=', '>='],
  ['|'],
  ['+', '-', '&'],
  ['*', '/', 'div', 'mod']
]
const units: ReadonlySet<string> = new Set(['year', 'years', 'month', 'months', 'day', 'days'])
const escapes: Readonly<Record<string, string>> = { n: '\n', r: '\r', t: '\t', f: '\f' }

interface Token {
  readonly kind: 'string' | 'number' | 'word' | 'variable' | 'sign' | 'end'
  readonly text: string
}

const tokensOf = (expression: string): Token[] => {
  const found: Token[] = []
  const text = expression.trim()
  for (let at = 0; at < text.length; at = token.lastIndex) {
    token.lastIndex = at
    const match = token.exec(text)
    if (!match) throw new Error(`Unreadable at ${text.slice(at, at + 20)}`)
    const [, string, number, word, variable, sign = ''] = match
    if (string !== undefined) {
      found.push({
        kind: 'string',
        text: string
          .slice(1, -1)
          .replace(/\\(u[0-9a-fA-F]{4}|.)/g, (_, code: string) =>
            code.length > 1
              ? String.fromCharCode(Number.parseInt(code.slice(1), 16))
              : (escapes[code] ?? code)
          )
      })
    } else if (number !== undefined) found.push({ kind: 'number', text: number })
    else if (word !== undefined) found.push({ kind: 'word', text: word })
    else {
      found.push(
        variable === undefined ? { kind: 'sign', text: sign } : { kind: 'variable', text: variable }
      )
    }
  }
  return found
}

/**
 * @throws Error for what stands outside this part of FHIRPath: quoted names, dates, indexers, `is`,
 * `as`, signs before numbers
 */
export const parseRule = (expression: string): Term => {
  const tokens = tokensOf(expression)
  let at = 0
  const peek = (): Token => tokens[at] ?? { kind: 'end', text: '' }
  const next = (): Token => {
    const one = peek()
    at++
    return one
  }
  const isSign = (text: string): boolean => peek().kind === 'sign' && peek().text === text
  const expect = (text: string): void => {
    if (next().text !== text) throw new Error(`Expected ${text}`)
  }

  const binary = (level: number): Term => {
    const operators = levels[level]
    if (operators === undefined) return invocation()
    let left = binary(level + 1)
    while (peek().kind !== 'string' && operators.includes(peek().text)) {
      const operator = next().text
      left = { kind: 'binary', operator, left, right: binary(level + 1) }
    }
    return left
  }

  const named = (of?: Term): Term => {
    const { kind, text: name } = next()
    if (kind !== 'word') throw new Error(`Expected a name, found ${name}`)
    const base = of === undefined ? {} : { of }
    if (!isSign('(')) return { kind: 'member', name, ...base }
    expect('(')
    const list: Term[] = []
    while (!isSign(')')) {
      list.push(binary(0))
      if (!isSign(')')) expect(',')
    }
    expect(')')
    return { kind: 'call', name, arguments: list, ...base }
  }

  const invocation = (): Term => {
    let term = first()
    while (isSign('.')) {
      next()
      term = named(term)
    }
    return term
  }

  const first = (): Term => {
    const one = peek()
    if (one.kind === 'word' && one.text !== 'true' && one.text !== 'false') return named()
    next()
    if (one.kind === 'word') return { kind: 'literal', value: one.text === 'true' }
    if (one.kind === 'string') return { kind: 'literal', value: one.text }
    if (one.kind === 'variable') return { kind: 'variable', name: one.text }
    if (one.kind === 'number') {
      return units.has(peek().text)
        ? { kind: 'quantity', value: Number(one.text), unit: next().text }
        : { kind: 'literal', value: Number(one.text) }
    }
    if (one.text === '{') {
      expect('}')
      return { kind: 'empty' }
    }
    if (one.text !== '(') throw new Error(`Unexpected ${one.text}`)
    const inner = binary(0)
    expect(')')
    return inner
  }

  const whole = binary(0)
  if (peek().kind !== 'end') throw new Error(`Unexpected ${peek().text}`)
  return whole
}
