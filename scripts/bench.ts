/**
 * Measures the server on both stores beside yardsticks from the same run: `npm run bench [--
 * --quick] [--store sqlite|mongodb] [--resources N]`. docs/performance.md tells how to read it.
 */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { readSource, resourcesIn, takeResources } from './bench/bundles.ts'
import { startGenerator } from './bench/generator.ts'
import { measure } from './bench/measure.ts'
import type { Instruments, Plan } from './bench/measure.ts'
import { report } from './bench/report.ts'
import type { Row } from './bench/report.ts'
import { build } from './bench/server.ts'
import { startBareFastify } from './bench/yardsticks/fastify.ts'
import { openBareMongo } from './bench/yardsticks/mongodb.ts'
import { openBareSqlite } from './bench/yardsticks/sqlite.ts'
import { startMongod } from './mongod.ts'

type Common = Omit<Plan, 'store' | 'urls'>
type Shared = Omit<Instruments, 'yardstick'>
interface Measured {
  readonly rows: readonly Row[]
  readonly told: Readonly<Record<string, string>>
}

const stores = ['sqlite', 'mongodb'] as const
const starts = 3

const onSqlite = async (common: Common, shared: Shared): Promise<Measured> => {
  const folder = mkdtempSync(join(tmpdir(), 'psi-bench-'))
  const yardstick = openBareSqlite()
  try {
    const urls = Array.from(
      { length: starts },
      (_, index) => `sqlite:${join(folder, String(index))}`
    )
    return {
      rows: await measure({ ...common, store: 'sqlite', urls }, { ...shared, yardstick }),
      told: yardstick.told
    }
  } finally {
    await yardstick.close()
    rmSync(folder, { recursive: true, force: true })
  }
}

const onMongo = async (common: Common, shared: Shared): Promise<Measured> => {
  const mongod = await startMongod()
  try {
    const yardstick = await openBareMongo(mongod.uri, common.callers)
    const urls = Array.from({ length: starts }, (_, index) =>
      mongod.uri.replace('/psi', `/psi_bench_${index}`)
    )
    try {
      return {
        rows: await measure({ ...common, store: 'mongodb', urls }, { ...shared, yardstick }),
        told: yardstick.told
      }
    } finally {
      await yardstick.close()
    }
  } finally {
    await mongod.stop()
  }
}

interface Asked {
  readonly quick: boolean
  readonly chosen: readonly (typeof stores)[number][]
  readonly resources: string | undefined
}

const asked = (): Asked => {
  const { values } = parseArgs({
    options: {
      quick: { type: 'boolean', default: false },
      store: { type: 'string' },
      resources: { type: 'string' }
    }
  })
  const chosen = stores.filter((name) => values.store === undefined || values.store === name)
  if (chosen.length === 0) {
    throw new Error(`--store ${values.store ?? ''} is unknown, expected ${stores.join(' or ')}`)
  }
  return { quick: values.quick, chosen, resources: values.resources }
}

const say = (text: string): void => {
  process.stderr.write(`${text}\n`)
}

const main = async (): Promise<void> => {
  const { quick, chosen, resources } = asked()
  const source = readSource()
  const bundles = takeResources(
    source,
    Number(resources ?? (quick ? 4000 : resourcesIn(source.bundles)))
  )
  say(
    `${source.name}: ${bundles.length} Bundles, ${resourcesIn(bundles)} resources; 16 callers; building`
  )
  await build()
  const generator = startGenerator()
  const fastify = await startBareFastify()
  const common = {
    bundles,
    callers: 16,
    milliseconds: quick ? 2500 : 10_000,
    consentChanges: quick ? 11 : 51
  }
  try {
    const rows: Row[] = []
    const told: Record<string, string> = {}
    for (const name of chosen) {
      const found = await (name === 'sqlite' ? onSqlite : onMongo)(common, {
        generator,
        fastify,
        say
      })
      rows.push(...found.rows)
      for (const [row, text] of Object.entries(found.told)) told[`${row} ${name}`] = text
      for (const row of ['ready', 'memory']) told[`${row} ${name}`] = 'a bare Fastify process'
    }
    process.stdout.write(report(rows, told))
  } finally {
    generator.stop()
    await fastify.stop()
  }
}

await main()
