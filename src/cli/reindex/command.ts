/**
 * `psi-fhir reindex`: what searches go by, found anew in every resource, beside a running server.
 */
import { hostname } from 'node:os'
import { setTimeout as wait } from 'node:timers/promises'
import { Command } from 'commander'
import { readConfig } from '../../config.ts'
import type { Config } from '../../config.ts'
import type { Outcome, ReindexDeps } from '../../jobs/reindex.ts'
import type { Store } from '../../storage/store.ts'
import type { Io } from '../io.ts'
import { CommandError } from '../io.ts'
import { storeName, withStore } from '../open-store.ts'
import { reporterOf } from './reporter.ts'

const signals = ['SIGTERM', 'SIGINT'] as const
const depsFor = async (config: Config, store: Store, io: Io): Promise<ReindexDeps> => {
  const [
    { system },
    { decidingTypes },
    { withAccessValues },
    { endpointsOf },
    { loadDefinitions },
    { createExtractor },
    { fingerprintsOf }
  ] = await Promise.all([
    import('../../access/who/system.ts'),
    import('../../access/decision/grants.ts'),
    import('../../access/index-values.ts'),
    import('../../auth/endpoints.ts'),
    import('../../definitions/load.ts'),
    import('../../search/extract.ts'),
    import('../../search/fingerprint.ts')
  ])
  const { timeZone } = config
  const definitions = loadDefinitions()
  return {
    store,
    everything: system,
    ...withAccessValues({
      extract: createExtractor(definitions, {
        timeZone,
        base: endpointsOf(config.publicUrl).fhirBase
      }),
      tables: fingerprintsOf(definitions, timeZone)
    }),
    first: decidingTypes,
    owner: `psi-fhir reindex on ${hostname()}, process ${process.pid} (${io.newId().slice(0, 8)})`,
    clock: io.clock,
    newId: io.newId,
    sleep: async (ms) => {
      await wait(ms)
    }
  }
}

const tell = (outcome: Outcome, seconds: number, name: string, io: Io, json: boolean): void => {
  if (outcome.kind === 'held') {
    throw new CommandError(
      `The index of ${name} is being built by ${outcome.owner}, which has the lease until ${new Date(outcome.until).toISOString()} and renews it while it works. Wait for it to end, or stop it.`
    )
  }
  const { seen, total, failed } = outcome.progress
  if (json) {
    io.out(
      `${JSON.stringify({ outcome: outcome.kind, resources: seen, total, failed, seconds: Number(seconds.toFixed(2)) })}\n`
    )
  }
  if (outcome.kind === 'stopped') {
    throw new CommandError(
      `Stopped after ${seen} of ${total} resources. The same command goes on from there.`
    )
  }
  if (!json) io.out(`${seen} resources of ${name} indexed anew in ${seconds.toFixed(1)} s.\n`)
  if (failed > 0) {
    throw new CommandError(
      `${failed} resources hold more values than are indexed and keep those that they had.`
    )
  }
}

const run = async ({ json }: { readonly json?: true }, io: Io): Promise<void> => {
  const config = readConfig(io.environment)
  const { reindex } = await import('../../jobs/reindex.ts')
  const begin = io.clock()
  let ended = false
  const end = (): void => {
    ended = true
  }
  for (const signal of signals) process.once(signal, end)
  const { report, stop } = reporterOf(process.stderr, io)
  try {
    const outcome = await withStore(
      config,
      io,
      async (store) =>
        await reindex(await depsFor(config, store, io), {
          scope: 'all',
          report,
          stopped: () => ended
        })
    ).finally(stop)
    tell(outcome, (io.clock() - begin) / 1000, storeName(config), io, json === true)
  } finally {
    for (const signal of signals) process.off(signal, end)
  }
}

export const reindexCommand = (io: Io): Command =>
  new Command('reindex')
    .description(
      'find anew what searches go by, in every resource of the store, beside a running server; run it again to go on where it stopped'
    )
    .option('--json', 'the result as JSON')
    .action(async (options: { readonly json?: true }) => {
      await run(options, io)
    })
