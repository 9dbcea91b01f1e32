/**
 * Questions of one kind that wait at the same time share one query: a command costs the client several times what one more document in it does.
 * A query in flight is never joined, so every answer is at least as new as its question.
 */
import { inStoreWords } from './store-error.ts'

interface Waiting<Q, R> {
  readonly questions: readonly Q[]
  readonly resolve: (found: R) => void
  readonly reject: (error: unknown) => void
}

/** Questions in one query; who has more of them goes alone, so that others need not wait for it. */
const most = 64

/**
 * One query is in flight at a time; what comes meanwhile is the next.
 * @param load answers all the questions together; each asker takes from it what is theirs
 */
export const createSharedQuery = <Q, R>(load: (questions: readonly Q[]) => Promise<R>): (questions: readonly Q[]) => Promise<R> => {
  // In its time: a connection that hangs must not hold those that come after.
  const ask = inStoreWords(load)
  let waiting: Waiting<Q, R>[] = []
  let busy = false

  const take = (): readonly Waiting<Q, R>[] => {
    let count = 0
    const end = waiting.findIndex(({ questions }) => (count += questions.length) > most)
    const group = end === -1 ? waiting : waiting.slice(0, end)
    waiting = end === -1 ? [] : waiting.slice(end)
    return group
  }

  const next = async (): Promise<void> => {
    const group = take()
    try {
      const found = await ask(group.flatMap(({ questions }) => questions))
      for (const { resolve } of group) resolve(found)
    } catch (error) {
      for (const { reject } of group) reject(error)
    }
    if (waiting.length > 0) void next()
    else busy = false
  }

  return async (questions) => {
    if (questions.length > most) return await ask(questions)
    return await new Promise((resolve, reject) => {
      waiting.push({ questions, resolve, reject })
      if (busy) return
      busy = true
      // What else this turn of the event loop brings comes along.
      setImmediate(() => { void next() })
    })
  }
}
