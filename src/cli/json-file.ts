/** A file of JSON that somebody hands in, judged before it is used. */
import { readFileSync } from 'node:fs'
import type { Shape } from '../shape.ts'
import { CommandError } from './io.ts'

export interface JsonFile<T> {
  readonly path: string
  readonly shape: Shape<T>
  /** The file, at the start of a sentence: `The settings x.json`. */
  readonly name: string
  /** `the output of psi-fhir client add --json` */
  readonly expected: string
}

const textOf = ({ path, name, expected }: JsonFile<unknown>): unknown => {
  try {
    return JSON.parse(readFileSync(path, 'utf8'))
  } catch (error) {
    const why = error instanceof Error && 'code' in error ? String(error.code) : 'not JSON'
    throw new CommandError(`${name} cannot be read (${why}). Expected ${expected}.`)
  }
}

/** @throws CommandError that names each place and what is expected there */
export const readJsonFile = <T>(file: JsonFile<T>): T => {
  const { value, problems } = file.shape.judge(textOf(file))
  if (problems === undefined) return value
  throw new CommandError(
    `${file.name} cannot be used: ${problems.join('; ')}. Expected ${file.expected}.`
  )
}
