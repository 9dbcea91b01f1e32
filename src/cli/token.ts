/** `psi-fhir token`: an access token on standard output, for curl. */
import { Command } from 'commander'
import type { Io } from './io.ts'
import { CommandError } from './io.ts'

interface TokenOptions {
  readonly settings: string
  readonly scope?: string
  readonly json?: true
}

export const tokenCommand = (io: Io): Command =>
  new Command('token')
    .description('print an access token, for curl')
    .requiredOption('--settings <file>', 'what client add printed')
    .option('--scope <scopes>', 'less than the client may have')
    .option('--json', 'with its end')
    .action(async ({ settings: file, scope, json }: TokenOptions) => {
      const [{ readSettings }, { requestToken }] = await Promise.all([
        import('./settings.ts'),
        import('./connection.ts')
      ])
      const settings = readSettings(file)
      const { token, expires } = await requestToken(settings, {
        ...io,
        ...(scope === undefined ? {} : { scope })
      }).catch((error: unknown) => {
        throw new CommandError(
          `${error instanceof Error ? error.message : String(error)}\nTo see which check fails: psi-fhir client test --settings ${file}`
        )
      })
      io.out(
        json === true
          ? `${JSON.stringify({ access_token: token, expires: new Date(expires).toISOString() })}\n`
          : `${token}\n`
      )
    })
