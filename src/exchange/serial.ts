/**
 * Turns among runs of this process that share a key. Across processes the guards of the store
 * decide; here waiting is cheaper than colliding.
 */
import type { Serial } from './context.ts'

export const createSerial = (): Serial => {
  const last = new Map<string, Promise<void>>()
  return async (keys, run) => {
    if (keys.length === 0) return await run()
    const before = [...new Set(keys)].flatMap((key) => last.get(key) ?? [])
    let done: () => void = () => {}
    const turn = new Promise<void>((resolve) => {
      done = resolve
    })
    // All keys are taken in this same turn of the event loop, so two runs never wait for each
    // other.
    for (const key of keys) last.set(key, turn)
    try {
      await Promise.all(before)
      return await run()
    } finally {
      done()
      for (const key of keys) if (last.get(key) === turn) last.delete(key)
    }
  }
}
