/** For commands that work on the store itself, while a server may be running on it. */
import { resolve } from 'node:path'
import type { Config } from '../config.ts'
import { maskUrl } from '../mask-url.ts'
import type { Store } from '../storage/store.ts'
import type { Io } from './io.ts'

/** As people may read it: where the folder really is, no credentials. */
export const storeName = ({ store }: Pick<Config, 'store'>): string =>
  store.kind === 'sqlite' ? `sqlite:${resolve(store.directory)}` : maskUrl(store.uri)

/** Opens, lets `work` use it, and closes whatever happened. */
export const withStore = async <T>(
  config: Config,
  io: Io,
  work: (store: Store) => Promise<T>
): Promise<T> => {
  const { openStore } = await import('../server.ts')
  const store = await openStore(config, { now: io.clock })
  try {
    return await work(store)
  } finally {
    await store.close()
  }
}
