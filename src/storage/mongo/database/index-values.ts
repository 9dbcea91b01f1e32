/**
 * Index values as strings in multikey arrays: every kind of match is an equality or one range.
 * Written here, asked for in compile.ts.
 */
import type { ResourceType } from '../../../fhir/resource.ts'
import type { Form, IndexValues, ParameterKey, Sort } from '../../../search/query.ts'
import type { DatePart, ResourceDocument } from './collections.ts'

/** Between the parts; escaped where a value holds it. */
const separator = '\u001f'
const escapeCharacter = '\u001e'
// Most values hold neither character: test before replacing.
// eslint-disable-next-line no-control-regex
const special = /[\u001e\u001f]/
const escape = (text: string): string =>
  special.test(text)
    ? text
        .replaceAll(escapeCharacter, `${escapeCharacter}0`)
        .replaceAll(separator, `${escapeCharacter}1`)
    : text

/** Start of every form of this parameter. */
export const parameterPrefix = (parameter: ParameterKey): string => `${parameter}${separator}`

/**
 * Three forms per token, so that `code`, `system|code`, `|code` and `system|` are equalities: only
 * an equality lets the index give the sort order.
 */
export const anySystem = (parameter: ParameterKey, code: string): string =>
  `${parameter}${separator}c${escape(code)}`
export const withSystem = (parameter: ParameterKey, code: string, system: string): string =>
  `${parameter}${separator}x${escape(code)}${separator}${system}`
export const anyCode = (parameter: ParameterKey, system: string): string =>
  `${parameter}${separator}s${system}`

export const referenceForm = (parameter: ParameterKey, target: string): string =>
  `${parameter}${separator}${target}`

export const foldedForm = (parameter: ParameterKey, value: string): string =>
  `${parameter}${separator}f${value}`
export const exactForm = (parameter: ParameterKey, exact: string): string =>
  `${parameter}${separator}e${exact}`

/** First string after all those that start with `prefix`, in the order of UTF-8 bytes. */
export const afterPrefix = (prefix: string): string => {
  const points = Array.from(prefix)
  for (;;) {
    const last = points.pop()?.codePointAt(0)
    if (last === undefined) throw new Error('a prefix needs a character that has a successor')
    // The surrogates are no characters: the next after U+D7FF is U+E000.
    if (last < 0x10ffff) {
      return points.join('') + String.fromCodePoint(last + 1 === 0xd800 ? 0xe000 : last + 1)
    }
  }
}

/** Stored in every document and in an index: a letter stays, whatever its form is called. */
const letter: Readonly<Record<Form, string>> = { word: 't', link: 'r', span: 'd', text: 's' }

/**
 * Name of a parameter's value in `sa` and `sd`: `d:date` on its own type; without dots, which would
 * be a path.
 */
const sortName = (type: ResourceType, parameter: ParameterKey, form: Form): string => {
  const name = parameter.startsWith(`${type}.`) ? parameter.slice(type.length + 1) : `:${parameter}`
  return `${letter[form]}:${name.replaceAll('.', ':')}`
}

/** Field that a sort reads: the smallest value ascending, the largest descending. */
export const sortPath = (type: ResourceType, sort: Sort): string =>
  `${sort.direction === 'asc' ? 'sa' : 'sd'}.${sortName(type, sort.parameter, sort.form)}`

export type IndexFields = Pick<ResourceDocument, 'tok' | 'ref' | 'str' | 'dt' | 'sa' | 'sd'>

export const indexFields = (type: ResourceType, index: IndexValues): IndexFields => {
  const tok = new Set<string>()
  const smallest: Record<string, string | number> = {}
  const largest: Record<string, string | number> = {}
  const sortable = (form: Form, parameter: ParameterKey, value: string | number): void => {
    const name = sortName(type, parameter, form)
    const [low, high] = [smallest[name], largest[name]]
    if (low === undefined || compare(value, low) < 0) smallest[name] = value
    if (high === undefined || compare(value, high) > 0) largest[name] = value
  }
  for (const { parameter, code, system } of index.word) {
    tok.add(anySystem(parameter, code))
    tok.add(withSystem(parameter, code, system ?? ''))
    tok.add(anyCode(parameter, system ?? ''))
    sortable('word', parameter, code)
  }
  const ref = new Set(index.link.map(({ parameter, target }) => referenceForm(parameter, target)))
  for (const { parameter, target } of index.link) sortable('link', parameter, target)
  const str = new Set<string>()
  for (const { parameter, value, exact } of index.text) {
    str.add(foldedForm(parameter, value))
    str.add(exactForm(parameter, exact))
    sortable('text', parameter, value)
  }
  const dt: readonly DatePart[] = index.span.map(({ parameter, lo, hi }) => ({
    p: parameter,
    lo,
    hi
  }))
  for (const { parameter, lo } of index.span) sortable('span', parameter, lo)
  return { tok: [...tok], ref: [...ref], str: [...str], dt, sa: smallest, sd: largest }
}

/** By code point, as the server compares: UTF-16 order differs beyond U+FFFF. */
const compare = (a: string | number, b: string | number): number => {
  if (typeof a === 'number' && typeof b === 'number') return a - b
  return Buffer.compare(Buffer.from(String(a)), Buffer.from(String(b)))
}
