/** The thread that checkpoint.ts starts: copies the log into the file when told to. */
import { parentPort, workerData } from 'node:worker_threads'
import { openDatabase } from '../file/driver.ts'

const db = await openDatabase(workerData as string)
db.exec('PRAGMA busy_timeout = 1000; PRAGMA synchronous = FULL; PRAGMA wal_autocheckpoint = 0')
const checkpoint = db.prepare('PRAGMA wal_checkpoint(PASSIVE)')

parentPort?.on('message', (message: 'checkpoint' | 'stop') => {
  if (message === 'stop') {
    db.close()
    parentPort?.close()
    return
  }
  const [, frames] = checkpoint.get() ?? [] // busy, pages in the log, pages copied
  parentPort?.postMessage(Number(frames))
})
