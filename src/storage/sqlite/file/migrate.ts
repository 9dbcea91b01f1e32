/**
 * Brings a file to this program's schema, step by step, each in its own transaction: an interrupted
 * upgrade goes on where it stopped.
 */
import type { Database } from './driver.ts'

/** Files before the first release counted from here; none of them can be brought forward. */
const unreleased = 1

/** @param steps the first makes an empty file, each other one an upgrade */
export const migrate = (db: Database, path: string, steps: readonly string[]): void => {
  const newest = unreleased + steps.length
  for (;;) {
    db.exec('BEGIN IMMEDIATE') // several processes may start together: only one finds work
    try {
      const version = Number(db.prepare('PRAGMA user_version').get()?.[0])
      if (version > newest) {
        throw new Error(
          `${path} has schema version ${version}; this program knows up to ${newest}. Start the newer program that wrote it, or restore a backup from before the upgrade.`
        )
      }
      if (version > 0 && version <= unreleased) {
        throw new Error(
          `${path} has schema version ${version}, written by a program from before the first release. Move the directory away and load the data again.`
        )
      }
      const step = steps[Math.max(0, version - unreleased)]
      if (step !== undefined) {
        db.exec(`${step}; PRAGMA user_version = ${Math.max(unreleased, version) + 1}`)
      }
      db.exec('COMMIT')
      if (step === undefined) return
    } catch (error) {
      db.exec('ROLLBACK')
      throw error
    }
  }
}
