/** Settings as `client add --json` prints them, read back from a file. */
import { readFileSync } from 'node:fs'
import type { Settings } from './connection.ts'
import { CommandError } from './io.ts'

/** @throws CommandError that names what is missing */
export const readSettings = (file: string): Settings => {
  let settings: Partial<Record<keyof Settings, unknown>>
  try {
    settings = JSON.parse(readFileSync(file, 'utf8')) as typeof settings
  } catch (error) {
    throw new CommandError(
      `The settings ${file} cannot be read (${error instanceof SyntaxError ? 'not JSON' : String((error as NodeJS.ErrnoException).code)}). Expected the output of psi-fhir client add --json.`
    )
  }
  const missing = (['client_id', 'token_endpoint', 'fhir_base'] as const).filter(
    (name) => typeof settings[name] !== 'string'
  )
  const key = settings.private_jwk as { readonly d?: unknown } | undefined
  const all = typeof key?.d === 'string' ? missing : [...missing, 'private_jwk']
  if (all.length > 0) {
    throw new CommandError(
      `The settings ${file} have no ${all.join(', ')}. Expected the output of psi-fhir client add --json.`
    )
  }
  return settings as Settings
}
