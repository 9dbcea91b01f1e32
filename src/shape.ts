/**
 * What data from outside must look like, as JSON Schema beside its reader: ajv judges, the problems
 * are told in our words. https://json-schema.org/draft-07/json-schema-validation
 */
import { createRequire } from 'node:module'
import type * as AjvModule from 'ajv'
import type { Ajv, ErrorObject, JSONSchemaType, ValidateFunction } from 'ajv'
import { nearest } from './fhir/nearest.ts'

/**
 * With two annotations of ours: `expected`, in words for people, and `shown`, a function from the
 * value to what may be printed of it.
 */
export type Schema<T> = JSONSchemaType<T>

/** For elements that a shape of their own judges one by one. */
export const anything = {} as Schema<unknown>

/** Formats by the names that a schema gives them: one name, one meaning in all schemas. */
export type Formats = Readonly<Record<string, (text: string) => boolean>>

export type Judged<T> =
  | { readonly value: T; readonly problems?: never }
  | { readonly value?: never; readonly problems: readonly string[] }

export interface Shape<T> {
  /**
   * Every problem at once, one for a place: what was found, what is expected.
   * @param where what is judged, before each path: `issuers`, `the token's ` (with its space)
   */
  readonly judge: (value: unknown, where?: string) => Judged<T>
  readonly fits: (value: unknown) => value is T
}

/** Values may hold anything: quoted, shortened, control characters escaped. */
export const quote = (value: unknown): string => {
  const text = JSON.stringify(value) ?? 'nothing'
  return text.length > 120 ? `${text.slice(0, 120)}…` : text
}

/** For `shown`: a secret is told by its kind alone. */
export const hidden = (value: unknown): string =>
  typeof value === 'string' ? 'a text (not shown)' : `of type ${typeof value} (not shown)`

/** Loaded by the first value that is judged: most commands start without it. */
let ajv: Ajv | undefined
const instance = (): Ajv => {
  if (ajv !== undefined) return ajv
  const module = createRequire(import.meta.url)('ajv') as typeof AjvModule
  // The schemas are our own, and typed: the meta-schema would cost more than all of them.
  ajv = new module.Ajv({
    allErrors: true,
    verbose: true,
    strictTypes: false,
    meta: false,
    validateSchema: false
  })
  ajv.addVocabulary(['expected', 'shown'])
  return ajv
}

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

const step = (name: string): string =>
  /^\d+$/.test(name) ? `[${name}]` : /^[\w-]+$/.test(name) ? `.${name}` : `[${quote(name)}]`

/** `/0/algorithms/1` → `[0].algorithms[1]`. https://www.rfc-editor.org/rfc/rfc6901 */
const pathOf = (pointer: string): string =>
  pointer
    .split('/')
    .slice(1)
    .map((part) => step(part.replaceAll('~1', '/').replaceAll('~0', '~')))
    .join('')

const named: Readonly<Record<string, string>> = {
  string: 'a text',
  boolean: 'true or false',
  number: 'a number',
  array: 'a list',
  object: 'an object'
}

type Annotated = Readonly<Record<string, unknown>>

const wordsOf = (schema: Annotated): string => {
  const {
    expected,
    enum: values,
    type,
    minimum,
    maximum
  } = schema as {
    readonly expected?: string
    readonly enum?: readonly unknown[]
    readonly type?: string
    readonly minimum?: number
    readonly maximum?: number
  }
  if (expected !== undefined) return expected
  if (values !== undefined) return `one of ${values.map(String).join(', ')}`
  if (type === 'integer') return `a whole number from ${minimum ?? 0} to ${maximum ?? 'any'}`
  return named[type ?? ''] ?? 'another value'
}

const shownOf = (schema: Annotated, value: unknown): string => {
  const shown = schema['shown'] as ((value: unknown) => string) | undefined
  if (shown !== undefined) return shown(value)
  return isObject(value) || (Array.isArray(value) && value.some(isObject))
    ? (named[Array.isArray(value) ? 'array' : 'object'] ?? '')
    : quote(value)
}

const sentence = (error: ErrorObject, where: string): string => {
  const schema: Annotated = error.parentSchema ?? {}
  const properties = (schema['properties'] ?? {}) as Readonly<Record<string, Annotated>>
  const place = (more = ''): string => {
    const path = `${pathOf(error.instancePath)}${more}`
    return where + (where === '' || where.endsWith(' ') ? path.replace(/^\./, '') : path)
  }
  if (error.keyword === 'required') {
    const name = String(error.params['missingProperty'])
    return `${place(step(name))} is missing; expected ${wordsOf(properties[name] ?? {})}`
  }
  if (error.keyword === 'additionalProperties') {
    const name = String(error.params['additionalProperty'])
    const known = Object.keys(properties)
    const similar = nearest(name, known)
    return `${place(step(name))} is not known; ${similar === undefined ? `expected one of ${known.join(', ')}` : `did you mean ${similar}?`}`
  }
  return `${place()} is ${shownOf(schema, error.data)}; expected ${wordsOf(schema)}`
}

/** Only the first of a place is told; that an `if` came to nothing is no news. */
const sentencesOf = (errors: readonly ErrorObject[], where: string): readonly string[] => {
  const told = new Map<string, string>()
  for (const error of errors) {
    const { missingProperty, additionalProperty } = error.params as Readonly<Record<string, string>>
    const place = `${error.instancePath}/${missingProperty ?? additionalProperty ?? ''}`
    if (error.keyword !== 'if' && !told.has(place)) told.set(place, sentence(error, where))
  }
  return [...told.values()]
}

/** Compiled by the first value that it judges. */
export const shapeOf = <T>(schema: Schema<T>, formats: Formats = {}): Shape<T> => {
  let compiled: ValidateFunction<T> | undefined
  const validate = (): ValidateFunction<T> => {
    if (compiled !== undefined) return compiled
    for (const [name, format] of Object.entries(formats)) instance().addFormat(name, format)
    return (compiled = instance().compile<T>(schema))
  }
  return {
    judge: (value, where = '') => {
      const fits = validate()
      return fits(value) ? { value } : { problems: sentencesOf(fits.errors ?? [], where) }
    },
    fits: (value): value is T => validate()(value)
  }
}
