/**
 * Collects the values of one statement; texts hold numbered places only, so equal shapes give equal
 * text.
 */
import { encodeText } from './driver.ts'
import type { Value } from './driver.ts'

export interface Binder {
  readonly values: readonly Value[]
  /** The place of this value in the text, e.g. `?7`. */
  readonly bind: (value: Value) => string
  /** A list of any length in one place. */
  readonly list: (values: readonly (string | number)[]) => string
}

export const createBinder = (): Binder => {
  const values: Value[] = []
  const bind = (value: Value): string => `?${values.push(value)}`
  return {
    values,
    bind,
    list: (items) =>
      `(SELECT value FROM json_each(${bind(JSON.stringify(items.map((item) => (typeof item === 'string' ? encodeText(item) : item))))}))`
  }
}
