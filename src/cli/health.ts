/**
 * `psi-fhir health`: asks a running server whether it is ready. Exit code 0 when it is, so that it
 * serves as a container's health check.
 */
import { Command } from 'commander'
import { localAddress, readConfig } from '../config.ts'
import type { Io } from './io.ts'
import { CommandError } from './io.ts'

const timeout = 4000

const ask = async (
  io: Io,
  url: string
): Promise<{ readonly ready: boolean; readonly ms: number }> => {
  const begin = io.clock()
  try {
    const answer = await io.fetch(`${url}/health/ready`, {
      signal: AbortSignal.timeout(timeout),
      redirect: 'error'
    })
    await answer.arrayBuffer()
    return { ready: answer.status === 200, ms: io.clock() - begin }
  } catch (error) {
    const { cause, name } = error as {
      readonly cause?: { readonly code?: string }
      readonly name: string
    }
    throw new CommandError(
      `${url} does not answer (${cause?.code ?? name}). Start it with: psi-fhir serve`
    )
  }
}

export const healthCommand = (io: Io): Command =>
  new Command('health')
    .description('ask the server of this configuration whether it is ready')
    .option('--url <url>', 'another server')
    .option('--json', 'as JSON')
    .action(async ({ url: asked, json }: { readonly url?: string; readonly json?: true }) => {
      const url = asked?.replace(/\/+$/, '') ?? localAddress(readConfig(io.environment))
      const { ready, ms } = await ask(io, url)
      const status = ready ? 'ready' : 'not ready'
      io.out(
        json === true
          ? `${JSON.stringify({ url, status, ms })}\n`
          : `${status} · ${url} · ${ms} ms\n`
      )
      if (!ready) throw new CommandError('The server is not ready; its log says why.')
    })
