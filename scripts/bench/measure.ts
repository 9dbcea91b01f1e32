/**
 * All rows of one store: load, then what a loaded server does, each beside its yardstick from the
 * same minutes.
 */
import type { Connection } from '../../src/cli/connection.ts'
import { resourcesIn } from './bundles.ts'
import type { SourceBundle } from './bundles.ts'
import { changeConsents, resourcesOfPatient } from './consent-patient.ts'
import { crudResources } from './crud-resources.ts'
import type { Generator } from './generator.ts'
import type { JobResult, PreparedRequest, Work } from './job.ts'
import { median } from './median.ts'
import { rowOf } from './report.ts'
import type { Row } from './report.ts'
import { registerClient, startServer } from './server.ts'
import type { Server } from './server.ts'
import type { BareFastify } from './yardsticks/fastify.ts'
import type { StoreYardstick } from './yardsticks/store-yardstick.ts'

export interface Plan {
  readonly store: Row['store']
  /** Empty stores: the server starts on each, and stays up on the last. */
  readonly urls: readonly string[]
  readonly bundles: readonly SourceBundle[]
  readonly callers: number
  /** How long each loop runs. */
  readonly milliseconds: number
  readonly consentChanges: number
}
export interface Instruments {
  readonly generator: Generator
  readonly fastify: BareFastify
  readonly yardstick: StoreYardstick
  readonly say: (text: string) => void
}

interface Bench extends Instruments {
  readonly plan: Plan
  readonly connection: Connection
  readonly server: Server
  readonly play: (work: Work, callers?: number) => Promise<JobResult>
  readonly add: (name: Row['name'], value: number, unit: string, yardstick: number) => void
}

export const measure = async (plan: Plan, instruments: Instruments): Promise<readonly Row[]> => {
  const rows: Row[] = []
  const add: Bench['add'] = (name, value, unit, yardstick) => {
    const row = rowOf({ name, store: plan.store, value, unit, yardstick })
    rows.push(row)
    instruments.say(`${plan.store} ${name}: ${row.value} ${unit}, yardstick ${row.yardstick}`)
  }
  const { server, readyMs } = await startOnEmpty(plan.urls)
  try {
    add('ready', readyMs, 'ms', instruments.fastify.readyMs)
    const connection = await registerClient(plan.urls.at(-1) ?? '', server.port)
    const play: Bench['play'] = async (work, callers = plan.callers) => {
      const result = await instruments.generator.play({
        host: '127.0.0.1',
        port: server.port,
        base: '/fhir',
        callers,
        token: await connection.token(),
        work
      })
      if (result.retries > 0) {
        instruments.say(
          `${plan.store}: ${result.retries} requests were told to come back later (503), and did`
        )
      }
      return result
    }
    const bench: Bench = { ...instruments, plan, connection, server, play, add }
    const loaded = await measureLoad(bench)
    await measureReading(bench, loaded)
    await measureCrud(bench, loaded)
    await measureConsentChange(bench)
  } finally {
    await server.stop()
  }
  return rows
}

const startOnEmpty = async (
  urls: readonly string[]
): Promise<{ readonly server: Server; readonly readyMs: number }> => {
  const times: number[] = []
  for (const [index, url] of urls.entries()) {
    const server = await startServer(url)
    times.push(server.readyMs)
    if (index === urls.length - 1) return { server, readyMs: median(times) }
    await server.stop()
  }
  throw new Error('expected at least one empty store')
}

/**
 * What was loaded, as far as later requests need it: some of the references, and patients that have
 * a CarePlan.
 */
interface Loaded {
  readonly references: readonly string[]
  readonly patients: readonly string[]
}

const measureLoad = async ({
  plan,
  play,
  add,
  yardstick,
  server,
  fastify
}: Bench): Promise<Loaded> => {
  const requests = plan.bundles.map(({ text }): PreparedRequest => ({
    method: 'POST',
    path: '',
    body: text,
    status: 200
  }))
  const { seconds, bodies } = await play({ kind: 'once', requests, keepBodies: true })
  add(
    'load',
    resourcesIn(plan.bundles) / seconds,
    'resources/s',
    await yardstick.load(plan.bundles)
  )
  add('memory', server.residentMegabytes(), 'MB', fastify.residentMegabytes())
  return loadedFrom(bodies)
}

/** Enough to leave no single page hot. */
const sampleSize = 400

const loadedFrom = (bodies: readonly string[]): Loaded => {
  const created = bodies.map((body) =>
    [...body.matchAll(/"location":"(?:[^"]*\/)?([A-Za-z]+\/[^/"]+)\/_history/g)].map(
      ([, reference = '']) => reference
    )
  )
  const all = created.flat()
  const patients = created
    .filter((references) => references.some((reference) => reference.startsWith('CarePlan/')))
    .flatMap((references) => references.filter((reference) => reference.startsWith('Patient/')))
    .slice(0, sampleSize)
  if (patients.length === 0) {
    throw new Error(
      'no Bundle of the source gave a Patient with a CarePlan: expected Bundles such as those of fixtures/synthea-bundles'
    )
  }
  const size = Math.min(sampleSize, all.length)
  return {
    references: Array.from(
      { length: size },
      (_, index) => all[Math.floor((index * all.length) / size)] ?? ''
    ),
    patients
  }
}

const measureReading = async (
  { plan, play, add, yardstick, generator, fastify }: Bench,
  { references, patients }: Loaded
): Promise<void> => {
  const get = (path: string): PreparedRequest => ({ method: 'GET', path, status: 200 })
  const rows: readonly (readonly [
    'read' | 'search-patient' | 'search-sorted',
    readonly PreparedRequest[]
  ])[] = [
    ['read', references.map((reference) => get(`/${reference}`))],
    ['search-patient', patients.map((patient) => get(`/CarePlan?patient=${patient}`))],
    ['search-sorted', [get('/CarePlan?status=active&_sort=-date&_count=20')]]
  ]
  for (const [name, requests] of rows) {
    const { bodies } = await play({ kind: 'once', requests, keepBodies: true }, 1)
    if (name !== 'read' && !bodies.every((body) => body.includes('"resourceType":"CarePlan"'))) {
      throw new Error(`${name} found no CarePlan: it would measure nothing`)
    }
    const work: Work = { kind: 'loop', requests, milliseconds: plan.milliseconds }
    const measured = await play(work)
    await fastify.serve(
      requests.map(({ path }, index) => ({ path: `/fhir${path}`, body: bodies[index] ?? '' }))
    )
    const bare =
      (await yardstick.reading(name, plan.milliseconds)) ??
      rate(
        await generator.play({
          host: '127.0.0.1',
          port: fastify.port,
          base: '/fhir',
          callers: plan.callers,
          work
        })
      )
    add(name, rate(measured), 'requests/s', bare)
  }
}

const rate = ({ requests, seconds }: JobResult): number => requests / seconds

const measureCrud = async (
  { plan, play, add, yardstick }: Bench,
  { patients }: Loaded
): Promise<void> => {
  const resources = crudResources(patients[0] ?? '')
  const measured = await play({ kind: 'crud', resources, milliseconds: plan.milliseconds })
  add(
    'crud',
    rate(measured),
    'requests/s',
    await yardstick.crud(
      resources.map(({ json }) => json),
      plan.milliseconds
    )
  )
}

const measureConsentChange = async ({ plan, connection, add, yardstick }: Bench): Promise<void> => {
  const costs = await changeConsents(connection, plan.consentChanges)
  add(
    'consent-change',
    median(costs),
    'ms',
    await yardstick.restamp(resourcesOfPatient, plan.consentChanges)
  )
}
