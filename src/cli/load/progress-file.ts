/**
 * Which lines of a load are done, kept beside the file so that an interrupted load goes on where it
 * stopped.
 */
import { appendFileSync, existsSync, readFileSync, writeFileSync } from 'node:fs'

export interface ProgressFile {
  readonly done: ReadonlySet<number>
  readonly mark: (line: number) => void
}

/** @param identity what is loaded, and where to; a file of another load is begun anew */
export const openProgressFile = (path: string, identity: string): ProgressFile => {
  const [header, ...lines] = existsSync(path) ? readFileSync(path, 'utf8').split('\n') : []
  const same = header === identity
  if (!same) writeFileSync(path, `${identity}\n`)
  const done = new Set(same ? lines.filter((line) => /^\d+$/.test(line)).map(Number) : [])
  return {
    done,
    mark: (line) => {
      appendFileSync(path, `${String(line)}\n`)
    }
  }
}
