/**
 * Profiles and extensions by canonical URL (profiles/tables/structures-profiles.json).
 * https://hl7.org/fhir/R4/profiling.html
 */
import type { Profile } from './definitions.ts'

export type ProfileFile = Readonly<Record<string, Omit<Profile, 'url'>>>

/**
 * The Belgian profiles carry versions of their own, not those of their package: a version in the
 * canonical says nothing here.
 */
const withoutVersion = (canonical: string): string =>
  canonical.includes('|') ? canonical.slice(0, canonical.indexOf('|')) : canonical

export const loadProfiles = (file: ProfileFile): ((canonical: string) => Profile | undefined) => {
  const profiles = new Map(
    Object.entries(file).map(([url, entry]): [string, Profile] => [url, { url, ...entry }])
  )
  return (canonical) => profiles.get(withoutVersion(canonical))
}
