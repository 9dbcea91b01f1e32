/**
 * A process that writes until it is killed: eight writers, each batch two resources, one line of
 * audit and a touched guard. Says on stdout what was acknowledged.
 */
import { randomUUID } from 'node:crypto'
import { writeSync } from 'node:fs'
import { pathToFileURL } from 'node:url'
import type { ResourceId, ResourceType, VersionId } from '../../../src/fhir/resource.ts'
import { openMongoStore } from '../../../src/storage/mongo/open.ts'
import { StoreUnavailable } from '../../../src/storage/store.ts'
import type { Batch, Put, Store } from '../../../src/storage/store.ts'

/** `began`: printed before a batch is sent, so that what was in doubt at a kill is known. */
export interface Line {
  readonly kind: 'began' | 'acknowledged' | 'unavailable'
  readonly batch: string
  readonly at: number
}

export const writers = 8
/**
 * Every writer relies on this guard: their transactions must wait for each other, in any process.
 */
export const guardName = 'kill-test'
export const lastOf = (
  batch: string
): {
  readonly plan: ResourceId
  readonly goal: ResourceId
  readonly number: number
  readonly version: (type: ResourceType) => VersionId
} => {
  const [run = '', writer = '', number = ''] = batch.split('.')
  return {
    plan: `${run}-${writer}-plan` as ResourceId,
    goal: `${run}-${writer}-${number}` as ResourceId,
    number: Number(number),
    version: (type) => `${batch}.${type}` as VersionId
  }
}

/** Batch k of a writer updates the writer's CarePlan to version k and creates Goal k. */
const batchOf = (run: string, writer: number, number: number): Batch => {
  const id = `${run}.${writer}.${number}`
  const { plan, goal, version } = lastOf(id)
  const put = (
    type: ResourceType,
    resource: ResourceId,
    method: 'POST' | 'PUT',
    replaces?: VersionId
  ): Put => ({
    stored: {
      ref: { type, id: resource },
      version: version(type),
      at: Date.now(),
      method,
      deleted: false,
      json: Buffer.from(
        JSON.stringify({ resourceType: type, id: resource, description: 'x'.repeat(500) })
      ),
      envelope: {
        persons: [run],
        patients: [],
        dataClass: 'psi-core',
        custodian: 'o' as ResourceId,
        facts: []
      }
    },
    index: {
      word: [
        { parameter: `${type}.status`, code: 'active' },
        { parameter: `${type}.number`, code: String(number) }
      ],
      link: [],
      text: [],
      span: []
    },
    acl: [{ key: 'anyone', from: 0, to: Number.MAX_SAFE_INTEGER }],
    ...(replaces !== undefined && { replaces })
  })
  const before =
    number === 0 ? undefined : lastOf(`${run}.${writer}.${number - 1}`).version('CarePlan')
  return {
    id,
    expectations: [{ name: guardName, expect: 0, bump: false }],
    puts: [put('CarePlan', plan, number === 0 ? 'POST' : 'PUT', before), put('Goal', goal, 'POST')],
    restamps: [],
    records: [],
    audit: [{ id: id as ResourceId, at: Date.now(), patients: [], request: id, json: '{}' }]
  }
}

/**
 * Sent again under the same id until it is acknowledged, as a client with an idempotency key does.
 */
const write = async (
  store: Store,
  run: string,
  writer: number,
  until: () => boolean
): Promise<void> => {
  for (let number = 0; !until(); number++) {
    const batch = batchOf(run, writer, number)
    say('began', batch.id)
    for (let done = false; !done;) {
      try {
        await store.commit(batch)
        done = true
      } catch (error) {
        if (!(error instanceof StoreUnavailable)) throw error
        say('unavailable', batch.id)
      }
    }
    say('acknowledged', batch.id)
  }
}

const say = (kind: Line['kind'], batch: string): void => {
  writeSync(1, `${JSON.stringify({ kind, batch, at: Date.now() } satisfies Line)}\n`)
}

/** Arguments: URI. Stops by itself on SIGTERM, when every writer has its acknowledgement. */
const main = async (uri: string): Promise<void> => {
  const store = await openMongoStore({ uri, now: () => Date.now() })
  let stop = false
  process.once('SIGTERM', () => {
    stop = true
  })
  const run = randomUUID()
  await Promise.all(
    Array.from(
      { length: writers },
      async (_, writer) => await write(store, run, writer, () => stop)
    )
  )
  await store.close()
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) await main(process.argv[2] ?? '')
