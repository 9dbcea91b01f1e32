/** What kinds of data there are, in the words of a Consent, and what this server adds to them. */
import { psiCodeSystem } from './canonical.ts'

export const dataClassSystem = psiCodeSystem('psi-cs-data-class')

/** Codes of psi-cs-data-class: what a consent can tell apart. */
export const consentClasses = [
  'psi-core',
  'contacts',
  'crisis',
  'meeting-report',
  'assessment',
  'third-party',
  'clinical'
] as const

/** `consent` and the three after it have rules of their own, which no consent changes. */
export type DataClass =
  (typeof consentClasses)[number] | 'consent' | 'directory' | 'conformance' | 'audit'

const known: ReadonlySet<string> = new Set(consentClasses)
export const isConsentClass = (code: string): boolean => known.has(code)
