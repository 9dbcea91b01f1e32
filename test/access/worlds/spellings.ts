/**
 * Other ways to write the same: what a client sends may be spelled so, and means what the oracle
 * reads in the plain form.
 */
import type { Resource } from '../../../src/fhir/resource.ts'
import { base } from '../world.ts'

const literal = /^[A-Z][A-Za-z]+\/[A-Za-z0-9\-.]+$/
const spellings: readonly ((text: string) => string)[] = [
  (text) => text,
  (text) => text,
  (text) => `${base}/${text}`,
  (text) => `${text}/_history/1`,
  (text) => text,
  (text) => `${base}/${text}/_history/1`,
  (text) => `HTTP://LOCALHOST:80/fhir/${text}/`,
  (text) => `${base}/${text.replace('/', '%2F')}`
]

/** @param write number of the write, so that the same plan is always spelled in the same way */
export const respelled = (resource: Resource, write: number): Resource => {
  let count = write * 3
  const spell = (value: unknown, name: string): unknown => {
    if (Array.isArray(value)) return value.map((each) => spell(each, name))
    if (typeof value === 'object' && value !== null) {
      const { system } = value as { system?: unknown }
      return Object.fromEntries(
        Object.entries(value).map(([key, child]) => [
          key,
          key === 'code' && system === 'urn:ietf:rfc:3986' && count++ % 2 === 0
            ? `${String(child)}|1`
            : spell(child, key)
        ])
      )
    }
    return name === 'reference' && typeof value === 'string' && literal.test(value)
      ? (spellings[count++ % spellings.length]?.(value) ?? value)
      : value
  }
  return spell(resource, '') as Resource
}
