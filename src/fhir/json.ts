/**
 * JSON in and out without losing a digit; what could poison an object or hide a second value is
 * refused. https://hl7.org/fhir/R4/json.html
 */
import { isUtf8 } from 'node:buffer'
import { FhirError } from './fhir-error.ts'
import { readJson } from './json-reader.ts'
import { scanJson } from './json-scan.ts'
import { hasSources, sourceOf } from './json-source.ts'

/** Deeper than any resource; far from where a recursive walk would overflow. */
export const maxDepth = 100

const byteOrderMark = 0xef

/**
 * @throws FhirError invalid: not UTF-8, not JSON, deeper than `depth`, a property twice,
 * `__proto__`, `constructor` or `prototype` as a name, NUL, half a character
 */
export const parseJson = (bytes: Uint8Array, depth = maxDepth): unknown => {
  if (!isUtf8(bytes)) {
    throw new FhirError(
      'invalid',
      'Found bytes that are not UTF-8, expected JSON in UTF-8; encode the body as UTF-8.',
      { issue: 'structure' }
    )
  }
  const start = bytes[0] === byteOrderMark ? 3 : 0
  const found = scanJson(bytes, depth)
  if (found.tooDeep) {
    throw new FhirError(
      'invalid',
      `Found JSON nested more than ${depth} levels deep, expected at most that; flatten it.`,
      { issue: 'structure' }
    )
  }
  const text = Buffer.from(
    bytes.buffer,
    bytes.byteOffset + start,
    bytes.byteLength - start
  ).toString('utf8')
  if (found.exactNumbers || found.escapesToJudge) return readJson(text)
  const value = parseFast(text)
  // A name that appears twice leaves fewer names than colons; the reader says which one it is.
  return countNames(value) === found.names ? value : readJson(text)
}

const parseFast = (text: string): unknown => {
  try {
    return JSON.parse(text) as unknown
  } catch {
    return readJson(text)
  }
}

/** Names of all objects; -1 when one of them must not be there. */
const countNames = (value: unknown): number => {
  if (typeof value !== 'object' || value === null) return 0
  let count = 0
  if (Array.isArray(value)) {
    for (const each of value) if (typeof each === 'object') count += countNames(each)
    return count
  }
  for (const name in value) {
    if (name === '__proto__' || name === 'constructor' || name === 'prototype') return -Infinity
    const child = (value as Record<string, unknown>)[name]
    count += typeof child === 'object' && child !== null ? 1 + countNames(child) : 1
  }
  return count
}

/** Gives back numbers as they were written. */
export const stringifyJson = (value: unknown): string =>
  hasSources(value) ? write(value) : JSON.stringify(value)

const write = (value: unknown, parent?: object, key?: string | number): string => {
  if (typeof value === 'number' && parent !== undefined && key !== undefined) {
    return sourceOf(parent, key, value) ?? JSON.stringify(value)
  }
  if (typeof value !== 'object' || value === null) return JSON.stringify(value) ?? 'null'
  if (Array.isArray(value)) return `[${value.map((each, i) => write(each, value, i)).join(',')}]`
  const members = Object.entries(value).filter(([, child]) => child !== undefined)
  return `{${members.map(([name, child]) => `${JSON.stringify(name)}:${write(child, value, name)}`).join(',')}}`
}
