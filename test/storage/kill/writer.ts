/**
 * A process that writes until it is killed. On stdout: `B id` before a batch is sent, `A id` once
 * it is acknowledged, `U id` when the store says it cannot, `F id` when because the disk is full.
 */
import { once } from 'node:events'
import { writeSync } from 'node:fs'
import { pathToFileURL } from 'node:url'
import type { ResourceId, VersionId } from '../../../src/fhir/resource.ts'
import { openSqliteStore } from '../../../src/storage/sqlite/open.ts'
import { StoreUnavailable } from '../../../src/storage/store.ts'
import type { Batch, Put, Store } from '../../../src/storage/store.ts'

export const writers = 8

/**
 * What batch `run.writer.number` consists of: the writer's CarePlan in its next version, a new
 * Goal, a new Task.
 */
export const contentOf = (
  batch: string
): {
  readonly plan: ResourceId
  readonly goal: ResourceId
  readonly task: ResourceId
  readonly number: number
  readonly version: VersionId
  readonly replaces?: VersionId
} => {
  const [run = '', writer = '', number = ''] = batch.split('.')
  const id = (text: string): ResourceId => text as ResourceId
  return {
    plan: id(`${run}-${writer}`),
    goal: id(`${run}-${writer}-${number}`),
    task: id(`${run}-${writer}-${number}`),
    number: Number(number),
    version: batch as VersionId,
    ...(Number(number) > 0 && { replaces: `${run}.${writer}.${Number(number) - 1}` as VersionId })
  }
}

const batchOf = (batch: string): Batch => {
  const { plan, goal, task, version, replaces } = contentOf(batch)
  const put = (type: 'CarePlan' | 'Goal' | 'Task', id: ResourceId, replaces?: VersionId): Put => ({
    stored: {
      ref: { type, id },
      version,
      at: Date.now(),
      method: replaces === undefined ? 'POST' : 'PUT',
      deleted: false,
      json: Buffer.from(JSON.stringify({ resourceType: type, id, description: batch.repeat(60) })),
      envelope: { persons: [plan], patients: [], dataClass: 'psi-core', custodian: plan, facts: [] }
    },
    index: {
      word: [
        { parameter: `${type}.batch`, code: batch, system: 'urn:test' },
        { parameter: `${type}.status`, code: 'active' }
      ],
      link: [{ parameter: `${type}.based-on`, target: `CarePlan/${plan}` }],
      text: [{ parameter: `${type}.text`, value: batch, exact: batch }],
      span: [{ parameter: `${type}.date`, lo: Date.now(), hi: Date.now() + 1 }]
    },
    acl: [{ key: `writer-${plan}`, from: 0, to: Number.MAX_SAFE_INTEGER }],
    ...(replaces !== undefined && { replaces })
  })
  return {
    id: batch,
    expectations: [{ name: plan, expect: contentOf(batch).number, bump: true }],
    puts: [put('CarePlan', plan, replaces), put('Goal', goal), put('Task', task)],
    restamps: [],
    records: [{ kind: 'batch', id: batch, json: '{}' }],
    audit: [
      { id: batch as ResourceId, at: Date.now(), patients: [plan], request: batch, json: '{}' }
    ]
  }
}

const say = (letter: 'A' | 'B' | 'U' | 'F', batch: string): void => {
  writeSync(1, `${letter} ${batch}\n`)
}

const write = async (store: Store, run: string, writer: number, most: number): Promise<void> => {
  for (let number = 0; number < most; number++) {
    const batch = `${run}.${writer}.${number}`
    say('B', batch)
    try {
      await store.commit(batchOf(batch))
      say('A', batch)
    } catch (error) {
      if (!(error instanceof StoreUnavailable)) throw error
      say(error.full ? 'F' : 'U', batch)
      number--
      most--
    }
  }
}

/** Arguments: directory, name of the run, writers, batches per writer. */
if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  const [directory = '', run = '', count = '', most = ''] = process.argv.slice(2)
  await once(process.stdin, 'data') // started early, it waits for its turn
  process.stdin.destroy()
  const store = await openSqliteStore({ directory, now: Date.now })
  await Promise.all(
    Array.from({ length: Number(count) }, async (_, writer) => {
      await write(store, run, writer, Number(most))
    })
  )
  await store.close()
}
