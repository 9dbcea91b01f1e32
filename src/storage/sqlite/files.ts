/** The two files of a store. Data and journal commit apart; a backup takes both. */
import { join } from 'node:path'
import { openFile } from './connection.ts'
import type { Connection, OpenFile } from './connection.ts'
import { createNames } from './names.ts'
import { dataSteps, journalSteps } from './schema.ts'

export const fileName = 'psi-fhir.sqlite'
export const journalName = 'psi-fhir-journal.sqlite'

export interface Files { readonly data: Connection, readonly journal: OpenFile }
export type FileKind = keyof Files

export const pathsIn = (directory: string): Readonly<Record<FileKind, string>> =>
  ({ data: join(directory, fileName), journal: join(directory, journalName) })

export const openFiles = async (directory: string): Promise<Files> => {
  const paths = pathsIn(directory)
  const data = await openFile(paths.data, dataSteps)
  try {
    return { data: { ...data, names: createNames(data.statement) }, journal: await openFile(paths.journal, journalSteps) }
  } catch (error) {
    data.close()
    throw error
  }
}

export const closeFiles = ({ data, journal }: Files): void => {
  data.close()
  journal.close()
}
