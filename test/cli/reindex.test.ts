// psi-fhir reindex beside a running server.
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import t from 'tap'
import { readConfig } from '../../src/config.ts'
import { leaseName } from '../../src/jobs/reindex.ts'
import { createLog } from '../../src/log.ts'
import { startServer } from '../../src/server.ts'
import { batch, put, reference } from '../storage/sample.ts'
import { runner } from './run.ts'

t.test('indexes all beside a server; says who does it when somebody else does', async (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'psi-reindex-'))
  const environment = { PSI_STORE: `sqlite:${folder}`, PSI_PORT: '0' }
  const log = await createLog({ level: 'silent' })
  const server = await startServer(readConfig(environment), { log })
  t.teardown(async () => {
    await server.close()
    rmSync(folder, { recursive: true })
  })
  const psi = runner(environment)
  t.match(await psi('reindex'), { code: 0, out: /^0 resources of sqlite:.* indexed anew/ })

  const plans = Array.from({ length: 60 }, (_, n) => reference('CarePlan', `p${n}`))
  const json = '{"resourceType":"CarePlan","status":"active"}'
  await server.store.commit(batch({ puts: plans.map((ref) => put(ref, { json })) }))
  const done = await psi('reindex', '--json')
  t.equal(done.code, 0, done.err)
  t.match(done.json(), { outcome: 'done', resources: 60, total: 60, failed: 0, seconds: Number })
  const where = { kind: 'word' as const, parameter: 'CarePlan.status', code: 'active' }
  const query = { type: 'CarePlan' as const, where, sort: [], limit: 0, total: 'exact' as const }
  t.match(await server.store.search(query, { kind: 'system' }), { total: 60 })

  await server.store.leases.take(leaseName, 'somebody', 60_000)
  const held = await psi('reindex')
  t.equal(held.code, 1)
  t.match(held.err, /is being built by somebody, which has the lease until 2\d{3}-.*Wait for it/)
  t.equal((await psi('reindex', '--wrong')).code, 2)
})
