/**
 * The stage of a running demo: the settings of its clients, read from the folder where the demo
 * wrote them.
 */
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { connect } from '../connection.ts'
import type { Connection } from '../connection.ts'
import { readFixture } from '../demo/fixture.ts'
import { CommandError } from '../io.ts'
import { shapeOf } from '../../shape.ts'
import { readJsonFile } from '../json-file.ts'
import { readSettings } from '../settings.ts'
import type { Player, Stage } from './step.ts'

const demoFile = shapeOf<{ readonly referent: string; readonly today: string }>({
  type: 'object',
  required: ['referent', 'today'],
  properties: {
    referent: { type: 'string', expected: 'PractitionerRole/id' },
    today: { type: 'string', pattern: '^\\d{4}-\\d\\d-\\d\\d$', expected: 'YYYY-MM-DD' }
  }
})

export const openStage = (folder: string, connectionDeps: Parameters<typeof connect>[1]): Stage => {
  const file = join(folder, 'demo.json')
  if (!existsSync(file)) {
    throw new CommandError(
      `There is no demo in ${folder}: start one with psi-fhir demo, or say where it is with --data.`
    )
  }
  const { referent, today } = readJsonFile({
    path: file,
    shape: demoFile,
    name: file,
    expected: 'what psi-fhir demo wrote; psi-fhir demo --reset begins anew'
  })
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
