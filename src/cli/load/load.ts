/**
 * `psi-fhir load`: sends Bundles through the HTTP API with a few at a time, and tells how far it
 * is.
 */
import { createHash } from 'node:crypto'
import { appendFileSync, rmSync } from 'node:fs'
import type { Connection } from '../connection.ts'
import { fileDigest, readLines } from './lines.ts'
import type { Line } from './lines.ts'
import { openProgressFile } from './progress-file.ts'
import { send } from './send.ts'
import type { Outcome } from './send.ts'

export interface LoadOptions {
  readonly file: string
  readonly connection: Connection
  readonly concurrency: number
  readonly clock: () => number
  readonly report: (progress: LoadProgress) => void
}
export interface LoadProgress {
  readonly lines: number
  readonly total: number
  readonly resources: number
  readonly failed: number
  readonly seconds: number
}
export interface LoadResult extends LoadProgress {
  readonly byType: ReadonlyMap<string, number>
  /** Lines that an earlier run had done. */
  readonly skipped: number
  /** The refused lines, ready to be loaded again, and beside it why. */
  readonly failuresFile?: string
}

const countLines = async (file: string): Promise<number> => {
  let total = 0
  for await (const { text } of readLines(file)) total += Math.min(1, text.length)
  return total
}

/** A load is the same load when the same bytes go to the same server by the same client. */
const identityOf = async ({ file, connection }: LoadOptions): Promise<string> =>
  createHash('sha256')
    .update(
      `${await fileDigest(file)} ${connection.settings.fhir_base} ${connection.settings.client_id}`
    )
    .digest('hex')

const baseName = (file: string): string => file.split(/[\\/]/).pop() ?? file

/** The refused lines, ready to be loaded again, and beside them why. */
const openFailures = (file: string) => {
  const path = `${baseName(file)
    .replace(/\.gz$/, '')
    .replace(/\.ndjson$/, '')}.failed.ndjson`
  const reasons = `${path}.reasons`
  for (const old of [path, reasons]) rmSync(old, { force: true })
  return {
    path,
    note: ({ number, text }: Line, { status, reason }: Outcome & { readonly kind: 'failed' }) => {
      appendFileSync(path, `${text}\n`)
      const said = `${status === 0 ? '' : `HTTP ${String(status)}: `}${reason}`
      appendFileSync(reasons, `line ${String(number)}: ${said}\n`)
    }
  }
}

/** Counts what became of each line. */
const createTally = (total: number, clock: () => number) => {
  const started = clock()
  const byType = new Map<string, number>()
  const counts = { lines: 0, resources: 0, failed: 0, skipped: 0 }
  return {
    byType,
    skip: (): void => {
      counts.skipped += 1
      counts.lines += 1
    },
    note: (outcome: Outcome): void => {
      counts.lines += 1
      if (outcome.kind === 'failed') {
        counts.failed += 1
        return
      }
      for (const [type, count] of outcome.counts) {
        byType.set(type, (byType.get(type) ?? 0) + count)
        counts.resources += count
      }
    },
    skipped: (): number => counts.skipped,
    state: (): LoadProgress => ({
      lines: counts.lines,
      total,
      resources: counts.resources,
      failed: counts.failed,
      seconds: (clock() - started) / 1000
    })
  }
}

export const load = async (options: LoadOptions): Promise<LoadResult> => {
  const { file, connection, clock, report } = options
  const identity = await identityOf(options)
  const progress = openProgressFile(`${baseName(file)}.loaded`, identity)
  const failures = openFailures(file)
  const tally = createTally(await countLines(file), clock)
  const note = (line: Line, outcome: Outcome): void => {
    tally.note(outcome)
    if (outcome.kind === 'loaded') progress.mark(line.number)
    else failures.note(line, outcome)
    report(tally.state())
  }
  const source = readLines(file)
  const worker = async (): Promise<void> => {
    for (let next = await source.next(); next.done !== true; next = await source.next()) {
      const line = next.value
      if (progress.done.has(line.number)) tally.skip()
      else {
        const key = `${identity.slice(0, 32)}-${String(line.number)}`
        note(line, await send(connection, line.text, key))
      }
    }
  }
  await Promise.all(Array.from({ length: options.concurrency }, worker))
  const state = tally.state()
  return {
    ...state,
    byType: tally.byType,
    skipped: tally.skipped(),
    ...(state.failed === 0 ? {} : { failuresFile: failures.path })
  }
}
