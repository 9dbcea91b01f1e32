/** The `load` command: arguments in, bar or lines while it runs, table at the end. */
import { existsSync } from 'node:fs'
import { setTimeout as wait } from 'node:timers/promises'
import cliProgress from 'cli-progress'
import { Command } from 'commander'
import { connect } from '../connection.ts'
import { CommandError, exitCodes } from '../io.ts'
import type { Io } from '../io.ts'
import { readSettings } from '../settings.ts'
import { table } from '../table.ts'
import { load } from './load.ts'
import type { LoadProgress, LoadResult } from './load.ts'

const rate = ({ resources, seconds }: LoadProgress): number =>
  Math.round(resources / Math.max(seconds, 0.001))

/** A bar on a terminal, one line every five seconds elsewhere. */
const reporter = (
  out: NodeJS.WriteStream
): { readonly report: (progress: LoadProgress) => void; readonly stop: () => void } => {
  if (out.isTTY) {
    const bar = new cliProgress.SingleBar(
      {
        stream: out,
        format:
          '{bar} {value}/{total} bundles · {resources} resources · {rate}/s · {failed} failed · ETA {eta_formatted}',
        hideCursor: true
      },
      cliProgress.Presets.shades_classic
    )
    let begun = false
    return {
      report: (progress) => {
        const payload = {
          resources: progress.resources,
          rate: rate(progress),
          failed: progress.failed
        }
        if (!begun) {
          bar.start(progress.total, progress.lines, payload)
          begun = true
        } else bar.update(progress.lines, payload)
      },
      stop: () => {
        bar.stop()
      }
    }
  }
  let last = 0
  return {
    report: (progress) => {
      if (progress.seconds - last < 5) return
      last = progress.seconds
      out.write(
        `${String(progress.lines)}/${String(progress.total)} bundles, ${String(progress.resources)} resources, ${String(rate(progress))}/s, ${String(progress.failed)} failed\n`
      )
    },
    stop: () => {}
  }
}

const asJson = (result: LoadResult): string =>
  JSON.stringify({
    bundles: result.total,
    loaded: result.lines - result.failed - result.skipped,
    skipped: result.skipped,
    failed: result.failed,
    resources: result.resources,
    seconds: Number(result.seconds.toFixed(2)),
    rate: rate(result),
    byType: Object.fromEntries(result.byType),
    ...(result.failuresFile === undefined ? {} : { failuresFile: result.failuresFile })
  })

const asTable = (result: LoadResult): string => {
  const rows = [...result.byType].sort().map(([type, count]) => [type, String(count)])
  const loaded = table([['RESOURCE', 'LOADED'], ...rows], [1])
  const skipped = result.skipped === 0 ? '' : `, ${String(result.skipped)} were loaded before`
  const failures =
    result.failuresFile === undefined
      ? ''
      : `\nThe refused bundles are in ${result.failuresFile}, the reasons in ${result.failuresFile}.reasons; mend and load that file.`
  return `${loaded}\n${String(result.total)} bundles in ${result.seconds.toFixed(1)} s: ${String(result.resources)} resources, ${String(rate(result))}/s, ${String(result.failed)} bundles failed${skipped}${failures}`
}

interface LoadOptions {
  readonly settings: string
  readonly concurrency: string
  readonly json?: true
}

const run = async (file: string, options: LoadOptions, io: Io): Promise<void> => {
  const concurrency = Number(options.concurrency)
  if (!Number.isInteger(concurrency) || concurrency < 1 || concurrency > 64) {
    throw new CommandError(
      `--concurrency is ${options.concurrency}; expected a whole number from 1 to 64.`,
      exitCodes.usage
    )
  }
  if (!existsSync(file)) throw new CommandError(`There is no file ${file}.`, exitCodes.usage)
  const connection = connect(readSettings(options.settings), {
    fetch: io.fetch,
    clock: io.clock,
    wait: async (ms) => {
      await wait(ms)
    },
    retries: 8
  })
  const { report, stop } = reporter(process.stderr)
  const result = await load({ file, connection, concurrency, clock: io.clock, report }).finally(
    stop
  )
  io.out(`${options.json === true ? asJson(result) : asTable(result)}\n`)
  if (result.failed > 0) throw new CommandError(`${String(result.failed)} bundles were refused.`)
}

export const loadCommand = (io: Io): Command =>
  new Command('load')
    .description(
      'send the Bundles or resources of an NDJSON file (gzipped or not) to a server; run it again to go on where it stopped'
    )
    .argument('<file>', 'FILE.ndjson or FILE.ndjson.gz, one Bundle or resource a line')
    .requiredOption('--settings <file>', 'what client add printed')
    .option('--concurrency <n>', 'requests at a time', '8')
    .option('--json', 'the result as JSON')
    .action(async (file: string, options: LoadOptions) => {
      await run(file, options, io)
    })
