/**
 * The part of FHIRPath that search parameters use, parsed to a tree. https://hl7.org/fhirpath/N1/
 */

export type Expression =
  | Path
  | { readonly kind: 'union'; readonly of: readonly Expression[] }
  | { readonly kind: 'and'; readonly of: readonly Expression[] }
  | {
      readonly kind: 'compare'
      readonly operator: '=' | '!='
      readonly left: Expression
      readonly right: string | boolean
    }

/**
 * `root`: the type name that it begins with; `from`: a bracketed expression instead. Neither:
 * relative to the context.
 */
export interface Path {
  readonly kind: 'path'
  readonly root?: string
  readonly from?: Expression
  readonly steps: readonly Step[]
}

export type Step =
  | { readonly kind: 'element'; readonly name: string }
  | { readonly kind: 'ofType'; readonly type: string } // also `as`
  | { readonly kind: 'exists' }
  // where(system = 'phone')
  | { readonly kind: 'equals'; readonly element: string; readonly value: string }
  // where(resolve() is Patient): judged by the reference's own type
  | { readonly kind: 'refersTo'; readonly type: string }
  | { readonly kind: 'hasExtension'; readonly url: string } // where(hasExtension('…'))

/** @throws Error on anything outside the subset, so that no parameter is read wrongly in silence */
export const parseExpression = (text: string): Expression => {
  const tokens = tokenize(text)
  const expression = parseAnd(tokens)
  if (tokens.peek() !== undefined) throw tokens.unexpected('the end')
  return expression
}

interface Tokens {
  peek: (ahead?: number) => string | undefined
  take: (expected?: string) => string
  unexpected: (wanted: string) => Error
}

const lexeme = /\s*('(?:[^'\\]|\\.)*'|[A-Za-z_]\w*|!=|[|().=])/y

const tokenize = (text: string): Tokens => {
  const list: string[] = []
  const source = text.trim()
  lexeme.lastIndex = 0
  while (lexeme.lastIndex < source.length) {
    const at = lexeme.lastIndex
    const found = lexeme.exec(source)
    if (!found) throw new Error(`FHIRPath outside the subset at ${at}: ${text}`)
    list.push(found[1] ?? '')
  }
  let position = 0
  const unexpected = (wanted: string) =>
    new Error(
      `FHIRPath outside the subset: expected ${wanted}, found ${list[position] ?? 'the end'} in ${text}`
    )
  return {
    peek: (ahead = 0) => list[position + ahead],
    take: (expected) => {
      const token = list[position]
      if (token === undefined || (expected !== undefined && token !== expected)) {
        throw unexpected(expected ?? 'more')
      }
      position++
      return token
    },
    unexpected
  }
}

const parseAnd = (tokens: Tokens): Expression => {
  const first = parseComparison(tokens)
  const all = [first]
  while (tokens.peek() === 'and') {
    tokens.take()
    all.push(parseComparison(tokens))
  }
  return all.length === 1 ? first : { kind: 'and', of: all }
}

const parseComparison = (tokens: Tokens): Expression => {
  const left = parseUnion(tokens)
  const operator = tokens.peek()
  if (operator !== '=' && operator !== '!=') return left
  tokens.take()
  return { kind: 'compare', operator, left, right: parseLiteral(tokens) }
}

const parseLiteral = (tokens: Tokens): string | boolean => {
  const token = tokens.take()
  if (token === 'true' || token === 'false') return token === 'true'
  if (token.startsWith("'")) return token.slice(1, -1).replace(/\\(.)/g, '$1')
  throw tokens.unexpected('a literal')
}

const parseUnion = (tokens: Tokens): Expression => {
  const first = parseAs(tokens)
  const all = [first]
  while (tokens.peek() === '|') {
    tokens.take()
    all.push(parseAs(tokens))
  }
  return all.length === 1
    ? first
    : { kind: 'union', of: all.flatMap((each) => (each.kind === 'union' ? each.of : [each])) }
}

/**
 * `as` binds closer here than in FHIRPath; every published expression brackets it, so both readings
 * agree.
 */
const parseAs = (tokens: Tokens): Expression => {
  const path = parsePath(tokens)
  if (tokens.peek() !== 'as') return path
  tokens.take()
  const step: Step = { kind: 'ofType', type: tokens.take() }
  return path.kind === 'path'
    ? { ...path, steps: [...path.steps, step] }
    : { kind: 'path', from: path, steps: [step] }
}

const parsePath = (tokens: Tokens): Expression => {
  let path = parseHead(tokens)
  while (tokens.peek() === '.') {
    tokens.take()
    const step = parseStep(tokens)
    path =
      path.kind === 'path'
        ? { ...path, steps: [...path.steps, step] }
        : { kind: 'path', from: path, steps: [step] }
  }
  return path
}

const parseHead = (tokens: Tokens): Expression => {
  if (tokens.peek() === '(') {
    tokens.take()
    const inner = parseAnd(tokens)
    tokens.take(')')
    return inner
  }
  const name = tokens.peek() ?? ''
  if (/^[A-Z]/.test(name)) return { kind: 'path', root: tokens.take(), steps: [] }
  return { kind: 'path', steps: [parseStep(tokens)] }
}

const parseStep = (tokens: Tokens): Step => {
  const name = tokens.take()
  if (!/^[A-Za-z_]/.test(name)) throw tokens.unexpected('an element')
  if (tokens.peek() !== '(') return { kind: 'element', name }
  tokens.take('(')
  const step = parseCall(name, tokens)
  tokens.take(')')
  return step
}

const parseCall = (name: string, tokens: Tokens): Step => {
  if (name === 'as' || name === 'ofType') return { kind: 'ofType', type: tokens.take() }
  if (name === 'exists') return { kind: 'exists' }
  if (name === 'where') return parseCondition(tokens)
  throw tokens.unexpected(`a known function instead of ${name}()`)
}

const parseCondition = (tokens: Tokens): Step => {
  const name = tokens.take()
  if (name === 'resolve') {
    for (const token of ['(', ')', 'is']) tokens.take(token)
    return { kind: 'refersTo', type: tokens.take() }
  }
  if (name === 'hasExtension') {
    tokens.take('(')
    const url = parseLiteral(tokens)
    tokens.take(')')
    return { kind: 'hasExtension', url: String(url) }
  }
  tokens.take('=')
  return { kind: 'equals', element: name, value: String(parseLiteral(tokens)) }
}

/** Back to FHIRPath: what stands in the tables and in the CapabilityStatement. */
export const printExpression = (expression: Expression): string => {
  if (expression.kind === 'union') return expression.of.map(printExpression).join(' | ')
  if (expression.kind === 'and') return expression.of.map(printExpression).join(' and ')
  if (expression.kind === 'compare') {
    return `${printExpression(expression.left)} ${expression.operator} ${printLiteral(expression.right)}`
  }
  const head = expression.root ?? (expression.from && `(${printExpression(expression.from)})`)
  return [...(head === undefined ? [] : [head]), ...expression.steps.map(printStep)].join('.')
}

const printLiteral = (value: string | boolean) =>
  typeof value === 'boolean' ? String(value) : `'${value.replace(/['\\]/g, '\\$&')}'`

const printStep = (step: Step): string => {
  switch (step.kind) {
    case 'element':
      return step.name
    case 'ofType':
      return `ofType(${step.type})`
    case 'exists':
      return 'exists()'
    case 'equals':
      return `where(${step.element} = ${printLiteral(step.value)})`
    case 'refersTo':
      return `where(resolve() is ${step.type})`
    case 'hasExtension':
      return `where(hasExtension(${printLiteral(step.url)}))`
  }
}
