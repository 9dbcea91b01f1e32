/** FHIRPath cut into tokens. http://hl7.org/fhirpath/N1/#lexical-elements */

export interface Token {
  readonly kind: 'string' | 'number' | 'word' | 'variable' | 'sign' | 'end'
  /** Of strings what they stand for, without quotes and escapes. */
  readonly text: string
}

/** A place in a row of tokens. */
export interface Tokens {
  readonly peek: () => Token
  readonly next: () => Token
  readonly isSign: (text: string) => boolean
  /** Passes over a sign. @throws Error where another token stands */
  readonly expect: (sign: string) => void
  readonly unexpected: (wanted: string) => Error
}

const token =
  /\s*(?:('(?:[^'\\]|\\.)*')|(\d+(?:\.\d+)?)|([A-Za-z_]\w*)|([$%]\w+)|(<=|>=|!=|!~|[=~<>|+\-*/&.,(){}[\]]))/y

const escapes: Readonly<Record<string, string>> = { n: '\n', r: '\r', t: '\t', f: '\f' }

const unquoted = (string: string): string =>
  string
    .slice(1, -1)
    .replace(/\\(u[0-9a-fA-F]{4}|.)/g, (_, code: string) =>
      code.length > 1
        ? String.fromCharCode(Number.parseInt(code.slice(1), 16))
        : (escapes[code] ?? code)
    )

const tokenOf = ([, string, number, word, variable, sign]: RegExpExecArray): Token =>
  string !== undefined
    ? { kind: 'string', text: unquoted(string) }
    : number !== undefined
      ? { kind: 'number', text: number }
      : word !== undefined
        ? { kind: 'word', text: word }
        : variable !== undefined
          ? { kind: 'variable', text: variable }
          : { kind: 'sign', text: sign ?? '' }

const end: Token = { kind: 'end', text: 'the end' }

/** @throws Error on characters that begin no token of this part of FHIRPath */
export const tokensOf = (expression: string): Tokens => {
  const found: Token[] = []
  const text = expression.trim()
  for (let at = 0; at < text.length; at = token.lastIndex) {
    token.lastIndex = at
    const match = token.exec(text)
    if (!match) throw new Error(`FHIRPath outside the subset at ${at}: ${text}`)
    found.push(tokenOf(match))
  }
  let at = 0
  const peek = (): Token => found[at] ?? end
  const isSign = (sign: string): boolean => peek().kind === 'sign' && peek().text === sign
  const unexpected = (wanted: string): Error =>
    new Error(`FHIRPath outside the subset: expected ${wanted}, found ${peek().text} in ${text}`)
  const next = (): Token => {
    const one = peek()
    at++
    return one
  }
  return {
    peek,
    next,
    isSign,
    expect: (sign) => {
      if (!isSign(sign)) throw unexpected(sign)
      at++
    },
    unexpected
  }
}
