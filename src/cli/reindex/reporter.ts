/** How far a re-index is: a bar on a terminal, a line now and then elsewhere. */
import cliProgress from 'cli-progress'
import { percentOf } from '../../jobs/progress.ts'
import type { Progress } from '../../jobs/progress.ts'
import type { Io } from '../io.ts'

/** Seconds between two lines where there is no terminal. */
const lineEvery = 5

interface Reporter {
  readonly report: (progress: Progress) => void
  readonly stop: () => void
}

const bar = (out: NodeJS.WriteStream): Reporter => {
  const shown = new cliProgress.SingleBar(
    {
      stream: out,
      format: '{bar} {value}/{total} resources · {type} · ETA {eta_formatted}',
      hideCursor: true
    },
    cliProgress.Presets.shades_classic
  )
  let begun = false
  return {
    report: ({ total, seen, types }) => {
      const type = types[0] ?? 'done'
      if (!begun) shown.start(Math.max(total, seen), seen, { type })
      begun = true
      shown.setTotal(Math.max(total, seen))
      shown.update(seen, { type })
    },
    stop: () => {
      shown.stop()
    }
  }
}

const lines = (io: Io): Reporter => {
  let last = io.clock()
  return {
    report: (progress) => {
      if (io.clock() - last < lineEvery * 1000) return
      last = io.clock()
      const { seen, total, types } = progress
      io.err(
        `${seen}/${total} resources, ${percentOf(progress)} %${types[0] === undefined ? '' : `, now ${types[0]}`}\n`
      )
    },
    stop: () => {}
  }
}

export const reporterOf = (terminal: NodeJS.WriteStream, io: Io): Reporter =>
  terminal.isTTY ? bar(terminal) : lines(io)
