/** Every one-operator change that a source file admits, by its syntax tree. */
import ts from 'typescript'

export interface Mutant {
  readonly file: string
  /** Offsets into the text of the file. */
  readonly start: number
  readonly end: number
  readonly line: number
  readonly before: string
  readonly after: string
}

/** What each operator becomes: near enough that only a test of its meaning notices. */
const swapped: ReadonlyMap<ts.SyntaxKind, string> = new Map([
  [ts.SyntaxKind.EqualsEqualsEqualsToken, '!=='],
  [ts.SyntaxKind.ExclamationEqualsEqualsToken, '==='],
  [ts.SyntaxKind.LessThanToken, '<='],
  [ts.SyntaxKind.LessThanEqualsToken, '<'],
  [ts.SyntaxKind.GreaterThanToken, '>='],
  [ts.SyntaxKind.GreaterThanEqualsToken, '>'],
  [ts.SyntaxKind.AmpersandAmpersandToken, '||'],
  [ts.SyntaxKind.BarBarToken, '&&'],
  [ts.SyntaxKind.PlusToken, '-'],
  [ts.SyntaxKind.MinusToken, '+'],
  [ts.SyntaxKind.QuestionQuestionToken, '&&']
])

const swappedCalls: ReadonlyMap<string, string> = new Map([
  ['some', 'every'],
  ['every', 'some']
])

interface Change {
  readonly node: ts.Node
  readonly after: string
}

const isText = (node: ts.Node): boolean =>
  ts.isStringLiteralLike(node) || ts.isTemplateExpression(node)

/** Text is joined with `+`; its other operator would not compile. */
const joinsText = (node: ts.BinaryExpression): boolean =>
  node.operatorToken.kind === ts.SyntaxKind.PlusToken && (isText(node.left) || isText(node.right))

const changesOf = (node: ts.Node): readonly Change[] => {
  if (ts.isBinaryExpression(node)) {
    const after = swapped.get(node.operatorToken.kind)
    return after === undefined || joinsText(node) ? [] : [{ node: node.operatorToken, after }]
  }
  if (ts.isPrefixUnaryExpression(node) && node.operator === ts.SyntaxKind.ExclamationToken) {
    return [{ node, after: node.operand.getText() }]
  }
  if (node.kind === ts.SyntaxKind.TrueKeyword && !ts.isLiteralTypeNode(node.parent)) {
    return [{ node, after: 'false' }]
  }
  if (node.kind === ts.SyntaxKind.FalseKeyword && !ts.isLiteralTypeNode(node.parent)) {
    return [{ node, after: 'true' }]
  }
  if (ts.isCallExpression(node) && ts.isPropertyAccessExpression(node.expression)) {
    const after = swappedCalls.get(node.expression.name.text)
    return after === undefined ? [] : [{ node: node.expression.name, after }]
  }
  return []
}

/** @param file path that the mutants bear, as the report names it */
export const candidatesIn = (file: string, text: string): readonly Mutant[] => {
  const source = ts.createSourceFile(file, text, ts.ScriptTarget.Latest, true)
  const found: Mutant[] = []
  const visit = (node: ts.Node): void => {
    for (const { node: changed, after } of changesOf(node)) {
      const start = changed.getStart(source)
      found.push({
        file,
        start,
        end: changed.getEnd(),
        line: source.getLineAndCharacterOfPosition(start).line + 1,
        before: changed.getText(source),
        after
      })
    }
    ts.forEachChild(node, visit)
  }
  visit(source)
  return found
}

export const applied = (text: string, { start, end, after }: Mutant): string =>
  text.slice(0, start) + after + text.slice(end)
