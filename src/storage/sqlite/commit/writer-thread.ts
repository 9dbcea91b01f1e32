/**
 * The thread that threaded-writer.ts starts: a writer with connections of its own, told what to do
 * by messages, one at a time.
 */
import { parentPort, workerData } from 'node:worker_threads'
import { closeFiles, openFiles } from '../file/files.ts'
import type { Order, Report, Start } from './threaded-writer.ts'
import { createFileWriter } from './writer.ts'

const { directory, kind } = workerData as Start
const files = await openFiles(directory)
const writer = createFileWriter(files, kind)
const tell = (report: Report): void => {
  parentPort?.postMessage(report)
}

parentPort?.on('message', (order: Order) => {
  switch (order.kind) {
    case 'write':
      void writer.write(order.batches, order.at).then((verdicts) => {
        tell({ kind: 'written', verdicts })
      })
      break
    case 'checkpoint':
      writer.checkpoint()
      break
    case 'stop':
      closeFiles(files)
      parentPort?.close()
  }
})
tell({ kind: 'ready' })
