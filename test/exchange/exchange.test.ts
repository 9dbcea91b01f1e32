// The exchange over HTTP with real tokens on both stores: a hospital loads foreign records, a
// partner sees what a consent opens, the tour holds.
// PSI_TEST_SYNTHEA names another NDJSON file of transaction Bundles to load instead of the sample.
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import t from 'tap'
import type { Test } from 'tap'
import type { Connection } from '../../src/cli/connection.ts'
import { connectionDepsOf } from '../../src/cli/demo/demo.ts'
import { setUpMonsieurX } from '../../src/cli/demo/setup.ts'
import { processIo } from '../../src/cli/io.ts'
import { readLines } from '../../src/cli/load/lines.ts'
import { load } from '../../src/cli/load/load.ts'
import { openStage } from '../../src/cli/tour/stage.ts'
import { playTour } from '../../src/cli/tour/tour.ts'
import { searchAll, sentForms, storedForms } from './compare.ts'
import type { Resource } from './compare.ts'
import { onMongo, onSqlite, timeZone } from './server.ts'
import type { Running } from './server.ts'

const samples = fileURLToPath(new URL('../../fixtures/synthea-bundles/', import.meta.url))
const file = process.env['PSI_TEST_SYNTHEA'] ?? join(samples, 'sample.ndjson.gz')
const types = [
  'Patient',
  'Organization',
  'Practitioner',
  'Encounter',
  'Condition',
  'CarePlan',
  'Goal'
]
const resourceTypes = 'http://hl7.org/fhir/resource-types'

const consent = (patient: string, organization: string): Resource => ({
  resourceType: 'Consent',
  status: 'active',
  scope: {
    coding: [
      { system: 'http://terminology.hl7.org/CodeSystem/consentscope', code: 'patient-privacy' }
    ]
  },
  category: [
    { coding: [{ system: 'http://terminology.hl7.org/CodeSystem/v3-ActCode', code: 'IDSCL' }] }
  ],
  patient: { reference: patient },
  dateTime: '2026-01-01',
  verification: [{ verified: true }],
  policyRule: {
    coding: [{ system: 'http://terminology.hl7.org/CodeSystem/v3-ActCode', code: 'OPTOUT' }]
  },
  provision: {
    type: 'deny',
    provision: [
      {
        type: 'permit',
        period: { start: '2026-01-01', end: '2099-12-31' },
        actor: [
          { role: { text: 'partner' }, reference: { reference: `Organization/${organization}` } }
        ],
        purpose: [{ system: 'http://terminology.hl7.org/CodeSystem/v3-ActReason', code: 'TREAT' }],
        class: types.map((code) => ({ system: resourceTypes, code }))
      }
    ]
  }
})

/** What the hospital reads of its own; the directory holds organisations that it did not load. */
const ownOf = async (hospital: Connection): Promise<readonly Resource[]> =>
  (await readAll(hospital)).filter(
    ({ resourceType, meta }) =>
      resourceType !== 'Organization' || JSON.stringify(meta).includes('synthea')
  )

const linesOf = async (): Promise<readonly string[]> => {
  const lines: string[] = []
  for await (const { text } of readLines(file)) lines.push(text)
  return lines
}

const readAll = async (connection: Connection): Promise<readonly Resource[]> =>
  (
    await Promise.all(types.map(async (type) => await searchAll(connection, `${type}?_count=500`)))
  ).flat()

/** The hospital loads the file twice: the first run stores all of it, the second sends nothing. */
const loadTwice =
  (running: Running, hospital: Connection) =>
  async (t: Test): Promise<void> => {
    const folder = process.cwd()
    process.chdir(running.folder)
    t.teardown(() => {
      process.chdir(folder)
    })
    const options = {
      file,
      connection: hospital,
      concurrency: 8,
      clock: Date.now,
      report: () => {}
    }
    const lines = await linesOf()

    const first = await load(options)
    t.equal(
      first.failed,
      0,
      existsSync('failures') ? 'see the failures file' : 'every bundle is stored'
    )
    t.same(
      storedForms(await ownOf(hospital)),
      sentForms(lines),
      'each resource equals what was sent but for ids, references and meta'
    )

    const again = await load(options)
    t.equal(again.skipped, lines.length, 'a second run sends nothing')
  }

/** A consent for one of the loaded patients opens that patient to the partner. */
const openOne =
  (hospital: Connection, partner: Connection & { readonly organization: string }) =>
  async (t: Test): Promise<void> => {
    const own = await ownOf(hospital)
    const visible = async (): Promise<readonly Resource[]> =>
      (await readAll(partner)).filter(({ meta }) => JSON.stringify(meta).includes('synthea'))
    t.same(await visible(), [], 'a second organisation sees none of it')
    const patient = own.find(({ resourceType }) => resourceType === 'Patient')
    const filed = await hospital.request('POST', 'Consent', {
      body: JSON.stringify(consent(`Patient/${patient?.id ?? ''}`, partner.organization))
    })
    t.equal(filed.status, 201, filed.text)
    const share = await visible()
    const about = own.filter(
      (each) =>
        each.id === patient?.id || JSON.stringify(each).includes(`"Patient/${patient?.id ?? ''}"`)
    )
    const referred = own.filter(({ resourceType, id }) =>
      about.some((each) => JSON.stringify(each).includes(`"${resourceType}/${id ?? ''}"`))
    )
    const ids = (resources: readonly Resource[]): readonly string[] =>
      [...new Set(resources.map(({ resourceType, id }) => `${resourceType}/${id ?? ''}`))].sort()
    t.same(
      ids(share),
      ids([...about, ...referred]),
      "a consent opens exactly that patient's share, and the directory entries that it refers to"
    )
  }

const tour =
  (running: Running) =>
  async (t: Test): Promise<void> => {
    const folder = join(running.folder, 'demo')
    const connectionDeps = connectionDepsOf(processIo)
    await setUpMonsieurX({
      io: processIo,
      store: running.server.store,
      publicUrl: running.server.url,
      timeZone,
      folder,
      today: new Date().toISOString().slice(0, 10),
      connectionDeps
    })
    for (const time of ['first', 'second']) {
      const lines: string[] = []
      const { held, of } = await playTour(openStage(folder, connectionDeps), (line) => {
        lines.push(line)
      })
      t.equal(held, of, `${time} time\n${lines.join('\n')}`)
    }
  }

for (const [name, open] of [
  ['SQLite', onSqlite],
  ['MongoDB', onMongo]
] as const) {
  t.test(name, { timeout: 600_000 }, async (t) => {
    const running = await open()
    if (running === undefined) {
      t.comment('NOT RUN: no mongod could be had')
      return
    }
    t.teardown(async () => {
      await running.stop()
    })
    const hospital = await running.client({
      organization: 'A hospital',
      rights: ['record-consents']
    })
    const partner = await running.client({ organization: 'A partner' })
    await t.test(
      'foreign records are stored whole',
      { timeout: 600_000 },
      loadTwice(running, hospital)
    )
    await t.test(
      'foreign records are opened by consent alone',
      { timeout: 600_000 },
      openOne(hospital, partner)
    )
    await t.test('the tour holds, and holds again', tour(running))
  })
}
