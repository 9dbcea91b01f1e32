/**
 * Counts per référent; for a platform those under five are hidden, and no total is given from which
 * they could be worked out.
 */
import type { Caseload } from './gather.ts'

export const smallCell = 5

export interface Counts {
  readonly usersFollowed: number
  readonly plansToReEvaluate: number
  readonly lateActions: number
  readonly usersWithoutMeeting: number
}

const users = (followed: Caseload['followed']): number =>
  new Set(followed.map(({ patient }) => patient)).size

export const countsOf = ({ followed }: Caseload): Counts => ({
  usersFollowed: users(followed),
  plansToReEvaluate: followed.filter(({ toReEvaluate }) => toReEvaluate).length,
  lateActions: followed.reduce((sum, each) => sum + each.lateActions, 0),
  usersWithoutMeeting: users(followed.filter(({ noMeeting }) => noMeeting))
})

const masked = {
  extension: [
    { url: 'http://hl7.org/fhir/StructureDefinition/data-absent-reason', valueCode: 'masked' }
  ]
}

/**
 * A cell is as small as the number of people behind it: where few users are followed, every figure
 * about them is hidden.
 */
export const countParts = (counts: Counts, suppress: boolean): readonly Record<string, unknown>[] =>
  Object.entries(counts).map(([name, value]: [string, number]) =>
    suppress && (value < smallCell || counts.usersFollowed < smallCell)
      ? { name, _valueInteger: masked }
      : { name, valueInteger: value }
  )
