/**
 * The load generator: a process of its own, forked by generator.ts; plays one job at a time and
 * checks the status of every answer.
 */
import type { Job, JobResult, PreparedRequest } from './job.ts'
import { headerOf, openCaller } from './http-caller.ts'
import type { Answer, HttpCaller } from './http-caller.ts'

interface Run {
  readonly job: Job
  readonly latencies: number[]
  readonly bodies: Buffer[]
  readonly headers: string
  readonly bodyHeaders: string
  readonly retries: { count: number }
}

const play = async (job: Job): Promise<JobResult> => {
  const headers = `Accept: application/fhir+json\r\n${job.token === undefined ? '' : `Authorization: Bearer ${job.token}\r\n`}`
  const run: Run = {
    job,
    latencies: [],
    bodies: [],
    headers,
    bodyHeaders: `${headers}Content-Type: application/fhir+json\r\n`,
    retries: { count: 0 }
  }
  const callers = await Promise.all(
    Array.from({ length: job.callers }, async () => await openCaller(job.host, job.port))
  )
  const { work } = job
  const begin = performance.now()
  const next = counter()
  await Promise.all(
    callers.map(async (caller, index) => {
      if (work.kind === 'once') await playOnce(run, caller, work.requests, next, work.keepBodies)
      else if (work.kind === 'loop') {
        await playLoop(run, caller, work.requests, index, begin + work.milliseconds)
      } else await playCrud(run, caller, work.resources, index, begin + work.milliseconds)
    })
  )
  const seconds = (performance.now() - begin) / 1000
  for (const caller of callers) caller.close()
  const sorted = Float64Array.from(run.latencies).sort()
  return {
    requests: sorted.length,
    seconds,
    medianMs: sorted[Math.floor(sorted.length / 2)] ?? 0,
    retries: run.retries.count,
    p99Ms: sorted[Math.floor(sorted.length * 0.99)] ?? 0,
    bodies: run.bodies.map((body) => body.toString())
  }
}

const counter = (): (() => number) => {
  let value = 0
  return () => value++
}

const send = async (
  run: Run,
  caller: HttpCaller,
  request: PreparedRequest,
  more = ''
): Promise<Answer> => {
  const from = performance.now()
  const answer = await patiently(
    run,
    async () =>
      await caller.send(
        request.method,
        run.job.base + request.path,
        (request.body === undefined ? run.headers : run.bodyHeaders) + more,
        request.body
      )
  )
  run.latencies.push(performance.now() - from)
  if (answer.status !== request.status) {
    throw new Error(
      `${request.method} ${request.path} answered ${answer.status}, expected ${request.status}: ${answer.body.toString().slice(0, 1000)}`
    )
  }
  return answer
}

/**
 * As a client should: a 503 is sent again after its Retry-After. The wait counts in the time, and
 * the result tells how often.
 */
const patiently = async (run: Run, exchange: () => Promise<Answer>): Promise<Answer> => {
  for (let attempt = 0; ; attempt++) {
    const answer = await exchange()
    const wait = Number(headerOf(answer, 'retry-after'))
    if (answer.status !== 503 || !(wait > 0) || attempt === mostRetries) return answer
    run.retries.count++
    await new Promise((resolve) => setTimeout(resolve, wait * 1000))
  }
}
const mostRetries = 10

const playOnce = async (
  run: Run,
  caller: HttpCaller,
  requests: readonly PreparedRequest[],
  next: () => number,
  keepBodies: boolean
): Promise<void> => {
  for (;;) {
    const request = requests[next()]
    if (request === undefined) return
    const { body } = await send(run, caller, request)
    if (keepBodies) run.bodies.push(body)
  }
}

const playLoop = async (
  run: Run,
  caller: HttpCaller,
  requests: readonly PreparedRequest[],
  index: number,
  end: number
): Promise<void> => {
  let at = Math.floor((index * requests.length) / run.job.callers)
  while (performance.now() < end) {
    const request = requests[at++ % requests.length]
    if (request === undefined) throw new Error('a job without requests')
    await send(run, caller, request)
  }
}

const playCrud = async (
  run: Run,
  caller: HttpCaller,
  resources: readonly { readonly type: string; readonly json: string }[],
  index: number,
  end: number
): Promise<void> => {
  let at = index
  while (performance.now() < end) {
    const { type, json } = resources[at++ % resources.length] ?? { type: '', json: '' }
    const created = await send(run, caller, {
      method: 'POST',
      path: `/${type}`,
      body: json,
      status: 201
    })
    const id = /\/([^/]+)\/_history\//.exec(headerOf(created, 'location') ?? '')?.[1]
    if (id === undefined) {
      throw new Error(
        `create of ${type} answered without a Location with id and version: ${created.head}`
      )
    }
    const path = `/${type}/${id}`
    const read = await send(run, caller, { method: 'GET', path, status: 200 })
    const changed = `{"id":"${id}","language":"fr",${json.slice(1)}`
    await send(
      run,
      caller,
      { method: 'PUT', path, body: changed, status: 200 },
      `If-Match: ${headerOf(read, 'etag') ?? ''}\r\n`
    )
    await deleted(run, caller, path)
  }
}

const deleted = async (run: Run, caller: HttpCaller, path: string): Promise<void> => {
  const from = performance.now()
  const { status, body } = await patiently(
    run,
    async () => await caller.send('DELETE', run.job.base + path, run.headers)
  )
  run.latencies.push(performance.now() - from)
  if (status !== 204 && status !== 200) {
    throw new Error(
      `DELETE ${path} answered ${status}, expected 204 or 200: ${body.toString().slice(0, 1000)}`
    )
  }
}

process.on('message', (job: Job) => {
  play(job).then(
    (result) => process.send?.({ result }),
    (error: unknown) =>
      process.send?.({ error: error instanceof Error ? error.message : String(error) })
  )
})
process.on('disconnect', () => {
  process.exit(0)
})
