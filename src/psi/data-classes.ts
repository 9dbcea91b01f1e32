/** What kinds of data a consent can tell apart: the codes of psi-cs-data-class. */

export type DataClass =
  | 'psi-core'
  | 'contacts'
  | 'crisis'
  | 'meeting-report'
  | 'assessment'
  | 'third-party'
  | 'clinical'
  | 'consent'
  | 'directory'
  | 'conformance'
  | 'audit'
