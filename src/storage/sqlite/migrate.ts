/** Brings a file to this program's schema, step by step, each in its own transaction: an interrupted upgrade goes on where it stopped. */
import type { Database } from './driver.ts'
import { steps } from './schema.ts'

export const migrate = (db: Database, path: string): void => {
  for (;;) {
    db.exec('BEGIN IMMEDIATE') // several processes may start together: only one finds work
    try {
      const version = Number(db.prepare('PRAGMA user_version').get()?.[0])
      if (version > steps.length) {
        throw new Error(`${path} has schema version ${version}; this program knows up to ${steps.length}. Start the newer program that wrote it, or restore a backup from before the upgrade.`)
      }
      const step = steps[version]
      if (step !== undefined) db.exec(`${step}; PRAGMA user_version = ${version + 1}`)
      db.exec('COMMIT')
      if (step === undefined) return
    } catch (error) {
      db.exec('ROLLBACK')
      throw error
    }
  }
}
