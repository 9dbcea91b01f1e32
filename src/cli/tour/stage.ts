/**
 * The stage of a running demo: the settings of its clients, read from the folder where the demo
 * wrote them.
 */
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { connect } from '../connection.ts'
import type { Connection } from '../connection.ts'
import { readFixture } from '../demo/fixture.ts'
import { CommandError } from '../io.ts'
import { readSettings } from '../settings.ts'
import type { Player, Stage } from './step.ts'

export const openStage = (folder: string, connectionDeps: Parameters<typeof connect>[1]): Stage => {
  const file = join(folder, 'demo.json')
  if (!existsSync(file)) {
    throw new CommandError(
      `There is no demo in ${folder}: start one with psi-fhir demo, or say where it is with --data.`
    )
  }
  const { referent, today } = JSON.parse(readFileSync(file, 'utf8')) as {
    referent: string
    today: string
  }
  const open = new Map<Player, Connection>()
  return {
    as: (player) => {
      const connection =
        open.get(player) ?? connect(readSettings(join(folder, `${player}.json`)), connectionDeps)
      open.set(player, connection)
      return connection
    },
    fixture: (name) => readFixture(name, today),
    notes: new Map([['referent', referent]])
  }
}
