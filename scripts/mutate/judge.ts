/** Runs the near tests on one mutant, in a copy of the project, until one of them notices. */
import { cpSync, mkdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { applied } from './candidates.ts'
import type { Mutant } from './candidates.ts'
import { runTestFile } from '../test-file.ts'

export interface Verdict {
  readonly mutant: Mutant
  /** The test file that failed; absent: the mutant survived. */
  readonly by?: string
  readonly seconds: number
}

export interface Bench {
  readonly judge: (mutant: Mutant) => Promise<Verdict>
  readonly close: () => void
}

/** A file that takes this long on a mutant hangs: noticed. Milliseconds. */
export const patience = 180_000
/** The first failure is enough; the same random worlds for every mutant, and fewer of them. */
export const environment = { TAP_BAIL: '1', PSI_TEST_SEED: '1', PSI_TEST_WORLDS: '40' }

/**
 * @param root the project
 * @param folder where its copy stands
 * @param tests test files, quickest first
 */
export const openBench = (root: string, folder: string, tests: readonly string[]): Bench => {
  mkdirSync(folder, { recursive: true })
  for (const name of ['src', 'test', 'scripts']) {
    cpSync(join(root, name), join(folder, name), { recursive: true })
  }
  for (const name of [
    '.cache',
    'node_modules',
    'profiles',
    'fixtures',
    'package.json',
    'tsconfig.json'
  ]) {
    symlinkSync(join(root, name), join(folder, name))
  }
  return {
    judge: async (mutant) => {
      const path = join(folder, mutant.file)
      const text = readFileSync(path, 'utf8')
      const from = Date.now()
      writeFileSync(path, applied(text, mutant))
      try {
        const by = await firstFailure(folder, tests)
        const seconds = (Date.now() - from) / 1000
        return { mutant, ...(by !== undefined && { by }), seconds }
      } finally {
        writeFileSync(path, text)
      }
    },
    close: () => {
      rmSync(folder, { recursive: true, force: true })
    }
  }
}

const firstFailure = async (
  folder: string,
  tests: readonly string[]
): Promise<string | undefined> => {
  for (const test of tests) if (!(await passes(folder, test))) return test
  return undefined
}

const passes = async (folder: string, test: string): Promise<boolean> =>
  (await runTestFile(folder, test, environment, patience)).passed
