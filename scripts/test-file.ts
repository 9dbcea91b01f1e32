/** Runs one test file as a process of its own, without the runner around it. */
import { spawn } from 'node:child_process'

export interface Ran {
  readonly passed: boolean
  /** What it printed, TAP and all. */
  readonly output: string
  readonly seconds: number
}

/**
 * @param root folder of the project, or of a copy
 * @param patience milliseconds after which it counts as failed
 */
export const runTestFile = async (
  root: string,
  file: string,
  environment: Readonly<Record<string, string>>,
  patience: number
): Promise<Ran> =>
  await new Promise((resolve) => {
    const from = performance.now()
    const child = spawn(process.execPath, ['--import', 'tsx', file], {
      cwd: root,
      stdio: ['ignore', 'pipe', 'pipe'],
      env: { ...process.env, ...environment }
    })
    let output = ''
    for (const stream of [child.stdout, child.stderr]) {
      stream.on('data', (chunk: Buffer) => {
        output += chunk.toString()
      })
    }
    const late = setTimeout(() => child.kill('SIGKILL'), patience)
    child.once('close', (code) => {
      clearTimeout(late)
      resolve({ passed: code === 0, output, seconds: (performance.now() - from) / 1000 })
    })
  })
