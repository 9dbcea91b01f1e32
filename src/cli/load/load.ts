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

export const load = async (options: LoadOptions): Promise<LoadResult> => {
  const { file, connection, clock, report } = options
  const identity = await identityOf(options)
  const progress = openProgressFile(`${file.split(/[\\/]/).pop() ?? file}.loaded`, identity)
  const failuresFile = `${(file.split(/[\\/]/).pop() ?? file).replace(/\.gz$/, '').replace(/\.ndjson$/, '')}.failed.ndjson`
  rmSync(failuresFile, { force: true })
  rmSync(`${failuresFile}.reasons`, { force: true })
  const total = await countLines(file)
  const started = clock()
  const byType = new Map<string, number>()
  let lines = 0
  let resources = 0
  let failed = 0
  let skipped = 0
  const state = (): LoadProgress => ({
    lines,
    total,
    resources,
    failed,
    seconds: (clock() - started) / 1000
  })

  const note = (line: Line, outcome: Outcome): void => {
    lines += 1
    if (outcome.kind === 'loaded') {
      progress.mark(line.number)
      for (const [type, count] of outcome.counts) {
        byType.set(type, (byType.get(type) ?? 0) + count)
        resources += count
      }
    } else {
      failed += 1
      appendFileSync(failuresFile, `${line.text}\n`)
      appendFileSync(
        `${failuresFile}.reasons`,
        `line ${String(line.number)}: ${outcome.status === 0 ? '' : `HTTP ${String(outcome.status)}: `}${outcome.reason}\n`
      )
    }
    report(state())
  }
  const source = readLines(file)
  const worker = async (): Promise<void> => {
    for (let next = await source.next(); next.done !== true; next = await source.next()) {
      const line = next.value
      if (progress.done.has(line.number)) {
        skipped += 1
        lines += 1
        continue
      }
      note(
        line,
        await send(connection, line.text, `${identity.slice(0, 32)}-${String(line.number)}`)
      )
    }
  }
  await Promise.all(Array.from({ length: options.concurrency }, worker))
  return { ...state(), byType, skipped, ...(failed === 0 ? {} : { failuresFile }) }
}
