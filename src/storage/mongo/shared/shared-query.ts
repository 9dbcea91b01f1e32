/**
 * Questions of one kind that wait at the same time share one query: a command costs the client
 * several times what one more document in it does.
 * A query in flight is never joined, so every answer is at least as new as its question.
 */
import { StoreUnavailable } from '../../store.ts'
import { inStoreWords } from '../database/store-error.ts'

export type Ask<Q, A> = (questions: readonly Q[]) => Promise<readonly A[]>

interface Waiting<Q, A> {
  readonly questions: readonly Q[]
  readonly resolve: (answers: readonly A[]) => void
  readonly reject: (error: unknown) => void
}

/** Milliseconds after which the next query does not wait for the one before any more. */
const slow = 20

/**
 * What comes while `atOnce` queries are in flight is the next; a slow one is not counted.
 * @param load answers all the questions, in their order
 * @param most questions in one query; who has more of them goes alone, so that others need not wait
 * for it
 */
export const createSharedQuery = <Q, A>(
  load: Ask<Q, A>,
  { most = 64, atOnce = 1 } = {}
): Ask<Q, A> => {
  // In its time: a connection that hangs must not hold its askers for ever.
  const ask = inStoreWords(load)
  let waiting: Waiting<Q, A>[] = []
  let flying = 0
  let gathering = false

  const take = (): readonly Waiting<Q, A>[] => {
    let count = 0
    const end = waiting.findIndex(({ questions }) => (count += questions.length) > most)
    const group = end === -1 ? waiting : waiting.slice(0, end)
    waiting = end === -1 ? [] : waiting.slice(end)
    return group
  }

  /**
   * What else this turn of the event loop brings comes along: also from those who have just got an
   * answer.
   */
  const gather = (): void => {
    if (gathering || flying >= atOnce || waiting.length === 0) return
    gathering = true
    setImmediate(() => {
      gathering = false
      fly(take())
      gather()
    })
  }

  const fly = (group: readonly Waiting<Q, A>[]): void => {
    flying++
    let landed = false
    const land = (): void => {
      if (landed) return
      landed = true
      clearTimeout(timer)
      flying--
      gather()
    }
    const timer = setTimeout(land, slow)
    void answer(ask, group).then(land)
  }

  return async (questions) => {
    if (questions.length > most) return await ask(questions)
    return await new Promise((resolve, reject) => {
      waiting.push({ questions, resolve, reject })
      gather()
    })
  }
}

const answer = async <Q, A>(ask: Ask<Q, A>, group: readonly Waiting<Q, A>[]): Promise<void> => {
  try {
    const answers = await ask(group.flatMap(({ questions }) => questions))
    let at = 0
    for (const { questions, resolve } of group) resolve(answers.slice(at, (at += questions.length)))
  } catch (error) {
    // One question that the server refuses must not fail its neighbours.
    if (group.length > 1 && !(error instanceof StoreUnavailable)) {
      await Promise.all(
        group.map(async (one) => {
          await answer(ask, [one])
        })
      )
    } else for (const { reject } of group) reject(error)
  }
}
