/**
 * What every store promises: each sentence of src/storage/store.ts as a test. Run it on an adapter;
 * run `storeOracle` beside it.
 */
import type { Test } from 'tap'
import { chainContract } from './contract/chain.ts'
import { commitContract } from './contract/commit.ts'
import { handleContract } from './contract/handles.ts'
import { historyContract } from './contract/history.ts'
import { includeContract } from './contract/include.ts'
import { jobContract } from './contract/jobs.ts'
import { pageContract } from './contract/page.ts'
import { recordContract } from './contract/record.ts'
import { restampContract } from './contract/restamp.ts'
import { searchContract } from './contract/search.ts'
import { trailContract } from './contract/trail.ts'
import { versionContract } from './contract/version.ts'
import type { Open } from './sample.ts'

export { storeOracle } from './oracle.ts'

/** @param open gives an empty store each time; `reopen` another handle on the same data */
export const storeContract = (t: Test, name: string, open: Open): void => {
  void t.test(`${name}: reading resources and versions`, async (t) => {
    versionContract(t, open)
    historyContract(t, open)
  })
  void t.test(`${name}: committing`, async (t) => {
    commitContract(t, open)
    restampContract(t, open)
    handleContract(t, open)
  })
  void t.test(`${name}: records, audit and feed`, async (t) => {
    recordContract(t, open)
    trailContract(t, open)
  })
  void t.test(`${name}: leases and new index values`, async (t) => {
    jobContract(t, open)
  })
  void t.test(`${name}: searching`, async (t) => {
    searchContract(t, open)
    chainContract(t, open)
    pageContract(t, open)
    includeContract(t, open)
  })
}
