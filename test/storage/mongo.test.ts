/**
 * The MongoDB adapter on a real mongod: the contract of the port, what two processes may do to each
 * other, which indexes answer, which servers are refused.
 */
import t from 'tap'
import { storeContract, storeOracle } from './contract.ts'
import { filterTests } from './mongo/filters.ts'
import { processTests } from './mongo/processes.ts'
import { routingTests } from './mongo/routing.ts'
import { serverTests } from './mongo/servers.ts'
import { sharingTests } from './mongo/sharing.ts'
import { emptied, set, skip } from './mongo/world.ts'

t.setTimeout(300_000)
t.teardown(async () => await set?.stop())

t.test('the contract of the port holds', { skip }, async (t) => {
  storeContract(t, 'mongo', emptied(t))
})
t.test('generated queries get the answers of the naive store', { skip }, async (t) => {
  storeOracle(t, 'mongo', emptied(t))
})

processTests(t)
routingTests(t)
filterTests(t)
serverTests(t)
sharingTests(t)
