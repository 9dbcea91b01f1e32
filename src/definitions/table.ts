/**
 * Where the committed tables and definitions lie: the same two steps up from src/ and from dist/,
 * in a clone and in the npm package.
 */
import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

const profiles = new URL('../../profiles/', import.meta.url)

/** Path of a file or folder under profiles/. */
export const profilesPath = (name: string): string => fileURLToPath(new URL(name, profiles))

export const readTable = <T>(name: string): T =>
  JSON.parse(readFileSync(profilesPath(`tables/${name}`), 'utf8')) as T
