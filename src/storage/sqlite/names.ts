/** Numbers for words that repeat: types, parameters, systems, acl keys. Rows of `name` never change, so what was once read stays true. */
import type { OpenFile } from './connection.ts'
import { decodeText } from './driver.ts'

export interface Names {
  /** 0 when no row can hold the word yet. */
  readonly find: (text: string) => number
  readonly findAll: (texts: readonly string[]) => readonly number[]
  /** Inside a write transaction. */
  readonly intern: (text: string) => number
  /** Ends a write transaction: what it interned is kept or forgotten. */
  readonly settle: (committed: boolean) => void
}

const remembered = 200_000

export const createNames = ({ statement }: Pick<OpenFile, 'statement'>): Names => {
  const select = statement('SELECT id FROM name WHERE text = ?')
  const insert = statement('INSERT INTO name (text) VALUES (?)')
  const last = statement('SELECT max(id) FROM name')
  const since = statement('SELECT text FROM name WHERE id > ?')
  const known = new Map<string, number>()
  const unknown = new Set<string>()
  const fresh = new Map<string, number>()
  let seen = 0

  const look = (text: string): number | undefined => {
    const id = select.get(text)?.[0]
    if (typeof id !== 'number') return undefined
    if (known.size >= remembered) known.clear()
    known.set(text, id)
    return id
  }

  /** That a word is unknown stays true until a row with it comes, whoever writes it. */
  const readOn = (): void => {
    const newest = Number(last.get()?.[0] ?? 0)
    if (newest !== seen && unknown.size > 0) for (const [text] of since.all(seen)) unknown.delete(decodeText(String(text)))
    seen = newest
  }

  const findAll = (texts: readonly string[]): readonly number[] => {
    let checked = false
    return texts.map((text) => {
      const id = known.get(text) ?? fresh.get(text)
      if (id !== undefined) return id
      if (!checked) readOn() // before the look-up: a row that comes between is found next time
      checked = true
      if (unknown.has(text)) return 0
      const found = look(text)
      if (found !== undefined) return found
      if (unknown.size >= remembered) unknown.clear()
      unknown.add(text)
      return 0
    })
  }

  return {
    findAll,
    find: (text) => known.get(text) ?? findAll([text])[0] ?? 0,
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
