/** The thread that threaded-writer.ts starts: a writer with a connection of its own, told what to do by messages, one at a time. */
import { parentPort, workerData } from 'node:worker_threads'
import { openConnection } from './connection.ts'
import type { Order, Report } from './threaded-writer.ts'
import { createWriter } from './writer.ts'

const connection = await openConnection(workerData as string)
const writer = createWriter(connection)
const tell = (report: Report): void => { parentPort?.postMessage(report) }

parentPort?.on('message', (order: Order) => {
  switch (order.kind) {
    case 'write':
      void writer.write(order.batches, order.at).then((verdicts) => { tell({ kind: 'written', verdicts }) })
      break
    case 'checkpoint':
      writer.checkpoint()
      break
    case 'stop':
      connection.close()
      parentPort?.close()
  }
})
tell({ kind: 'ready' })
