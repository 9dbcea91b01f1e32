/** The two files of a store. Data and journal commit apart; a backup takes both. */
import { join } from 'node:path'
import { newestCommit } from './applied-batches.ts'
import { openFile } from './connection.ts'
import type { Connection, OpenFile } from './connection.ts'
import { createNames } from './names.ts'
import { dataSteps, journalSteps } from './schema.ts'

export const fileName = 'psi-fhir.sqlite'
export const journalName = 'psi-fhir-journal.sqlite'

export interface Files {
  readonly data: Connection
  readonly journal: OpenFile
}
export type FileKind = keyof Files

export const pathsIn = (directory: string): Readonly<Record<FileKind, string>> => ({
  data: join(directory, fileName),
  journal: join(directory, journalName)
})

export const openFiles = async (directory: string): Promise<Files> => {
  const paths = pathsIn(directory)
  const data = await openFile(paths.data, dataSteps)
  try {
    const files = {
      data: { ...data, names: createNames(data.statement) },
      journal: await openFile(paths.journal, journalSteps)
    }
    lookAgain(files)
    return files
  } catch (error) {
    data.close()
    throw error
  }
}

/**
 * A file that ends before where its lines were moved was restored from a backup: what it has is
 * looked at again, each line taken once (journal-apply.ts).
 */
const lookAgain = (files: Files): void => {
  for (const source of ['data', 'journal'] as const) {
    const moved =
      files.journal.statement('SELECT seq FROM moved WHERE source = ?').get(source)?.[0] ?? 0
    const newest = files[source].statement(`SELECT ${newestCommit}`).get()?.[0] ?? 0
    if (newest < moved) {
      files.journal.statement('UPDATE moved SET seq = 0, again = 1 WHERE source = ?').run(source)
    }
  }
}

export const closeFiles = ({ data, journal }: Files): void => {
  data.close()
  journal.close()
}
