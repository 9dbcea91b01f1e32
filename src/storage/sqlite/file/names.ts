/**
 * Numbers for words that repeat: types, parameters, systems, acl keys. Rows of `name` never change,
 * so what was once read stays true.
 */
import { decodeText } from './driver.ts'
import type { Statement } from './driver.ts'

export interface FindNames {
  /** 0 when no row can hold the word yet. */
  readonly find: (text: string) => number
  readonly findAll: (texts: readonly string[]) => readonly number[]
}
export interface Names extends FindNames {
  /**
   * As of `seen`, without asking the file: what is built on it holds if `newest` has not moved when
   * it runs.
   */
  readonly recalled: FindNames
  readonly isNewest: (id: unknown) => boolean
  /** Inside a write transaction. */
  readonly intern: (text: string) => number
  /** Ends a write transaction: what it interned is kept or forgotten. */
  readonly settle: (committed: boolean) => void
}

const remembered = 200_000

/** The last row of `name`, as a column of a query. */
export const newest = '(SELECT max(id) FROM name)'

export const createNames = (statement: (sql: string) => Statement): Names => {
  const insert = statement('INSERT INTO name (text) VALUES (?)')
  const memory = createMemory(statement)
  const { known, unknown, look } = memory
  const fresh = new Map<string, number>()

  const findAll = (texts: readonly string[]): readonly number[] => {
    let checked = false
    return texts.map((text) => {
      const id = known.get(text) ?? fresh.get(text)
      if (id !== undefined) return id
      // before the look-up: a row that comes between is found next time
      if (!checked) memory.readOn()
      checked = true
      if (unknown.has(text)) return 0
      const found = look(text)
      if (found !== undefined) return found
      if (unknown.size >= remembered) unknown.clear()
      unknown.add(text)
      return 0
    })
  }

  const find: Names['find'] = (text) => known.get(text) ?? findAll([text])[0] ?? 0
  const recall: Names['find'] = (text) => known.get(text) ?? (unknown.has(text) ? 0 : find(text))

  return {
    find,
    findAll,
    recalled: { find: recall, findAll: (texts) => texts.map(recall) },
    isNewest: memory.isNewest,
    intern: (text) => {
      const id = known.get(text) ?? fresh.get(text) ?? look(text)
      if (id !== undefined) return id
      const made = insert.run(text)
      fresh.set(text, made)
      unknown.delete(text)
      return made
    },
    settle: (committed) => {
      for (const [text, id] of committed ? fresh : []) known.set(text, id)
      if (!committed) unknown.clear() // it may rest on rows that are gone
      fresh.clear()
    }
  }
}

/** What was once read of the file. */
const createMemory = (statement: (sql: string) => Statement) => {
  const select = statement('SELECT id FROM name WHERE text = ?')
  const last = statement(`SELECT ${newest}`)
  const since = statement('SELECT text FROM name WHERE id > ?')
  const known = new Map<string, number>()
  const unknown = new Set<string>()
  let seen = 0
  return {
    known,
    unknown,
    isNewest: (id: unknown): boolean => (id ?? 0) === seen,
    look: (text: string): number | undefined => {
      const id = select.get(text)?.[0]
      if (typeof id !== 'number') return undefined
      if (known.size >= remembered) known.clear()
      known.set(text, id)
      return id
    },
    /** That a word is unknown stays true until a row with it comes, whoever writes it. */
    readOn: (): void => {
      const now = Number(last.get()?.[0] ?? 0)
      if (now !== seen && unknown.size > 0) {
        for (const [text] of since.all(seen)) unknown.delete(decodeText(String(text)))
      }
      seen = now
    }
  }
}
