/**
 * Bundles of Monsieur X, with their dates moved so that the example is of today
 * (fixtures/monsieur-x/README.md).
 */
import { readFileSync } from 'node:fs'

const day = 86_400_000
const dateLike = /^\d{4}-\d\d-\d\d(?:T.*)?$/

const moved = (text: string, days: number): string =>
  new Date(Date.parse(`${text.slice(0, 10)}T00:00:00Z`) + days * day).toISOString().slice(0, 10) +
  text.slice(10)

const shift = (value: unknown, days: number): unknown => {
  if (typeof value === 'string') return dateLike.test(value) ? moved(value, days) : value
  if (Array.isArray(value)) return value.map((each) => shift(each, days))
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(
    Object.entries(value).map(([name, child]) => [
      name,
      name === 'birthDate' ? child : shift(child, days)
    ])
  )
}

/** @param today `YYYY-MM-DD`; the Bundle's own timestamp is the base date */
export const shiftDates = (bundle: { readonly timestamp?: string }, today: string): unknown => {
  const base = bundle.timestamp?.slice(0, 10) ?? today
  return shift(bundle, Math.round((Date.parse(today) - Date.parse(base)) / day))
}

const folder = new URL('../../../fixtures/monsieur-x/', import.meta.url)

export const readFixture = (name: string, today: string): string =>
  JSON.stringify(
    shiftDates(
      JSON.parse(readFileSync(new URL(name, folder), 'utf8')) as { timestamp?: string },
      today
    )
  )
