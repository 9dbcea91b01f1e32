/**
 * A JSON parser that remembers how numbers were written and says where a text is wrong. Slower than
 * JSON.parse; json.ts comes here only when it must. https://www.rfc-editor.org/rfc/rfc8259
 */
import { FhirError } from './fhir-error.ts'
import { rememberSource } from './json-source.ts'

const forbidden: ReadonlySet<string> = new Set(['__proto__', 'constructor', 'prototype'])
const number = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?/y
const string = /"(?:[ !#-[\]-\uffff]|\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4}))*"/y
/** Half of a surrogate pair without the other. */
const half = /\p{Cs}/u
const space = /[ \t\n\r]*/y
const literals: readonly (readonly [string, unknown])[] = [
  ['true', true],
  ['false', false],
  ['null', null]
]

/** `text` is not nested deeper than json.ts allows. */
export const readJson = (text: string): unknown => {
  let at = 0

  const fail = (found: string, expected: string): FhirError => {
    const line = text.slice(0, at).split('\n')
    return new FhirError(
      'invalid',
      `Found ${found} at line ${line.length}, column ${(line.at(-1) ?? '').length + 1}, expected ${expected}.`,
      { issue: 'structure' }
    )
  }
  const here = (): string =>
    at >= text.length ? 'the end of the JSON text' : JSON.stringify(text.slice(at, at + 1))
  const skip = (): void => {
    space.lastIndex = at
    at += space.exec(text)?.[0].length ?? 0
  }
  const take = (pattern: RegExp): string | undefined => {
    pattern.lastIndex = at
    const found = pattern.exec(text)?.[0]
    at += found?.length ?? 0
    return found
  }
  const readString = (expected: string): string => {
    const start = at
    const raw = take(string)
    if (raw === undefined) throw fail(here(), expected)
    const value = JSON.parse(raw) as string
    const lone = half.exec(value)?.[0]
    if (lone === undefined && !value.includes('\u0000')) return value
    at = start
    throw lone === undefined
      ? fail('the character U+0000', 'text without it')
      : fail(
          `half a character (U+${lone.charCodeAt(0).toString(16).toUpperCase()}) in the string`,
          'surrogates in pairs'
        )
  }

  const readMember = (object: Record<string, unknown>): void => {
    skip()
    const start = at
    const name = readString('a property name in double quotes')
    const problem = forbidden.has(name)
      ? 'no FHIR property'
      : Object.hasOwn(object, name)
        ? 'there twice'
        : undefined
    if (problem !== undefined) {
      at = start
      throw fail(
        `the property ${JSON.stringify(name)}, which is ${problem}`,
        'each FHIR property once'
      )
    }
    skip()
    if (text[at] !== ':') throw fail(here(), '":"')
    at++
    readInto(object, name)
  }

  const readAll = (close: string, readOne: () => void): void => {
    at++
    skip()
    if (text[at] === close) {
      at++
      return
    }
    for (;;) {
      readOne()
      skip()
      const next = text[at]
      if (next !== ',' && next !== close) throw fail(here(), `"," or "${close}"`)
      at++
      if (next === close) return
    }
  }

  const readInto = (parent: object, key: string | number): void => {
    skip()
    const target = parent as Record<string | number, unknown>
    const first = text[at]
    if (first === '{') {
      const object: Record<string, unknown> = {}
      target[key] = object
      readAll('}', () => {
        readMember(object)
      })
    } else if (first === '[') {
      const array: unknown[] = []
      target[key] = array
      readAll(']', () => {
        readInto(array, array.length)
      })
    } else if (first === '"') target[key] = readString('a string')
    else readScalar(target, key)
  }

  const readScalar = (target: Record<string | number, unknown>, key: string | number): void => {
    const literal = literals.find(([word]) => text.startsWith(word, at))
    if (literal !== undefined) {
      target[key] = literal[1]
      at += literal[0].length
      return
    }
    const written = take(number)
    if (written === undefined) throw fail(here(), 'a JSON value')
    const value = Number(written)
    if (!Number.isFinite(value)) {
      throw fail(`the number ${written}`, 'one that fits an IEEE 754 double')
    }
    target[key] = value
    if (String(value) !== written) rememberSource(target, key, written)
  }

  const root: { value?: unknown } = {}
  readInto(root, 'value')
  skip()
  if (at < text.length) throw fail(here(), 'the end of the JSON text')
  return root.value
}
