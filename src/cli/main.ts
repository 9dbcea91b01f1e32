#!/usr/bin/env node
/**
 * `psi-fhir`: a table of commands. Exit codes: 0 done, 1 failed, 2 wrong usage or configuration.
 */
import { realpathSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { Command, CommanderError } from 'commander'
import { ConfigError } from '../config.ts'
import { clientCommand } from './client.ts'
import { configCommand } from './config.ts'
import { demoCommand, tourCommand } from './demo/demo.ts'
import { healthCommand } from './health.ts'
import { CommandError, exitCodes, processIo } from './io.ts'
import type { Io } from './io.ts'
import { loadCommand } from './load/command.ts'
import { reindexCommand } from './reindex/command.ts'
import { serveCommand } from './serve.ts'
import { tokenCommand } from './token.ts'

/** In the order of the help. Each imports what it needs when it runs, so that all start fast. */
const commands: readonly ((io: Io) => Command)[] = [
  serveCommand,
  demoCommand,
  tourCommand,
  configCommand,
  healthCommand,
  clientCommand,
  tokenCommand,
  loadCommand,
  reindexCommand
]

/** Every subcommand throws instead of ending the process, and writes where it is told. */
const embed = (command: Command, io: Io): void => {
  command
    .exitOverride()
    .configureOutput({ writeOut: io.out, writeErr: io.err })
    .showHelpAfterError('(add --help for all options)')
  for (const sub of command.commands) embed(sub, io)
}

const program = (io: Io): Command => {
  const root = new Command('psi-fhir')
    .description('FHIR R4 server for the individualised service plan (PSI)')
    .addHelpText(
      'after',
      '\nConfiguration: PSI_* variables, see psi-fhir config.\nExit codes: 0 done, 1 failed, 2 wrong usage or configuration.'
    )
  for (const make of commands) root.addCommand(make(io))
  embed(root, io)
  return root
}

const exitCodeOf = (error: unknown, io: Io): number => {
  if (error instanceof CommanderError) return error.exitCode === 0 ? exitCodes.ok : exitCodes.usage
  if (error instanceof ConfigError) {
    io.err(
      `The configuration has ${error.problems.length} problem${error.problems.length === 1 ? '' : 's'}:\n${error.problems.map((problem) => `  ${problem}\n`).join('')}`
    )
    return exitCodes.usage
  }
  io.err(`${error instanceof Error ? error.message : String(error)}\n`)
  return error instanceof CommandError ? error.exitCode : exitCodes.failure
}

/** @param args without the names of node and script */
export const run = async (args: readonly string[], io: Io): Promise<number> => {
  try {
    await program(io).parseAsync([...args], { from: 'user' })
    return exitCodes.ok
  } catch (error) {
    return exitCodeOf(error, io)
  }
}

/** npm links the binary, so the path that was started may be a link to this file. */
const started = process.argv[1]
if (started !== undefined && realpathSync(started) === fileURLToPath(import.meta.url)) {
  process.exitCode = await run(process.argv.slice(2), processIo)
}
