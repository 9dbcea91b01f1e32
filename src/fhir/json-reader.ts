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

/** How far the text is read. */
interface Cursor {
  readonly text: string
  at: number
}

const fail = ({ text, at }: Cursor, found: string, expected: string): FhirError => {
  const line = text.slice(0, at).split('\n')
  return new FhirError(
    'invalid',
    `Found ${found} at line ${line.length}, column ${(line.at(-1) ?? '').length + 1}, expected ${expected}.`,
    { issue: 'structure' }
  )
}
const here = ({ text, at }: Cursor): string =>
  at >= text.length ? 'the end of the JSON text' : JSON.stringify(text.slice(at, at + 1))

const take = (cursor: Cursor, pattern: RegExp): string | undefined => {
  pattern.lastIndex = cursor.at
  const found = pattern.exec(cursor.text)?.[0]
  cursor.at += found?.length ?? 0
  return found
}
/** White space, then the character that follows it; '' at the end. */
const next = (cursor: Cursor): string => {
  take(cursor, space)
  return cursor.text[cursor.at] ?? ''
}

const readString = (cursor: Cursor, expected: string): string => {
  const start = cursor.at
  const raw = take(cursor, string)
  if (raw === undefined) throw fail(cursor, here(cursor), expected)
  const value = JSON.parse(raw) as string
  const lone = half.exec(value)?.[0]
  if (lone === undefined && !value.includes('\u0000')) return value
  cursor.at = start
  throw lone === undefined
    ? fail(cursor, 'the character U+0000', 'text without it')
    : fail(
        cursor,
        `half a character (U+${lone.charCodeAt(0).toString(16).toUpperCase()}) in the string`,
        'surrogates in pairs'
      )
}

const readMember = (cursor: Cursor, object: Record<string, unknown>): void => {
  take(cursor, space)
  const start = cursor.at
  const name = readString(cursor, 'a property name in double quotes')
  const problem = forbidden.has(name)
    ? 'no FHIR property'
    : Object.hasOwn(object, name)
      ? 'there twice'
      : undefined
  if (problem !== undefined) {
    cursor.at = start
    throw fail(
      cursor,
      `the property ${JSON.stringify(name)}, which is ${problem}`,
      'each FHIR property once'
    )
  }
  if (next(cursor) !== ':') throw fail(cursor, here(cursor), '":"')
  cursor.at++
  readInto(cursor, object, name)
}

/** @param readOne reads what stands between two commas */
const readAll = (cursor: Cursor, close: string, readOne: () => void): void => {
  cursor.at++
  if (next(cursor) === close) {
    cursor.at++
    return
  }
  for (;;) {
    readOne()
    const found = next(cursor)
    if (found !== ',' && found !== close) {
      throw fail(cursor, here(cursor), `"," or "${close}"`)
    }
    cursor.at++
    if (found === close) return
  }
}

type Target = Record<string | number, unknown>

const readScalar = (cursor: Cursor, target: Target, key: string | number): void => {
  const literal = literals.find(([word]) => cursor.text.startsWith(word, cursor.at))
  if (literal !== undefined) {
    target[key] = literal[1]
    cursor.at += literal[0].length
    return
  }
  const written = take(cursor, number)
  if (written === undefined) throw fail(cursor, here(cursor), 'a JSON value')
  const value = Number(written)
  if (!Number.isFinite(value)) {
    throw fail(cursor, `the number ${written}`, 'one that fits an IEEE 754 double')
  }
  target[key] = value
  if (String(value) !== written) rememberSource(target, key, written)
}

const readInto = (cursor: Cursor, parent: object, key: string | number): void => {
  const target = parent as Target
  const first = next(cursor)
  if (first === '{') {
    const object: Record<string, unknown> = {}
    target[key] = object
    readAll(cursor, '}', () => {
      readMember(cursor, object)
    })
  } else if (first === '[') {
    const array: unknown[] = []
    target[key] = array
    readAll(cursor, ']', () => {
      readInto(cursor, array, array.length)
    })
  } else if (first === '"') target[key] = readString(cursor, 'a string')
  else readScalar(cursor, target, key)
}

/** `text` is not nested deeper than json.ts allows. */
export const readJson = (text: string): unknown => {
  const cursor: Cursor = { text, at: 0 }
  const root: { value?: unknown } = {}
  readInto(cursor, root, 'value')
  if (next(cursor) !== '') throw fail(cursor, here(cursor), 'the end of the JSON text')
  return root.value
}
