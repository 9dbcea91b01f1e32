/** `psi-fhir config`: each variable, its value and where that came from; secrets masked. */
import { Command } from 'commander'
import { describeConfig, readConfig } from '../config.ts'
import { table } from './table.ts'
import type { Io } from './io.ts'

export const configCommand = (io: Io): Command =>
  new Command('config')
    .description('print the configuration: value and origin, secrets masked')
    .option('--json', 'as JSON')
    .action(({ json }: { readonly json?: true }) => {
      // Told with all its problems before anything is shown.
      readConfig(io.environment)
      const lines = describeConfig(io.environment)
      io.out(
        json === true
          ? `${JSON.stringify(lines, undefined, 2)}\n`
          : table([
              ['VARIABLE', 'VALUE', 'ORIGIN', ''],
              ...lines.map(({ name, value, origin, description }) => [
                name,
                value === '' ? '-' : value,
                origin,
                description
              ])
            ])
      )
    })
