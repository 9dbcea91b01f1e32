/**
 * Every counter by which writes that run side by side notice one another. A name is
 * `family/what it is of`; a write compares the counters of what it read and raises those of what it
 * changes, in its own commit. Those of records are in storage/record-kinds.ts.
 * docs/decisions/2611-group-commit-and-guards.md
 */
interface CounterFamily {
  /** What would be lost or stale without it. */
  readonly protects: string
  readonly raisedBy: string
  readonly comparedBy: string
}

/** A family that nobody raises protects nothing, one that nobody compares neither. */
export const counterFamilies = {
  patient: {
    protects: 'a person’s grants: what was judged under the former ones is judged again',
    raisedBy: 'a write that compiles the person’s grants anew',
    comparedBy: 'every write of a version that names the person'
  },
  rows: {
    protects: 'the versions that name a person: a re-stamp misses none',
    raisedBy: 'every write of a version that names the person, and each re-stamp',
    comparedBy: 'a re-stamp of the person’s versions'
  },
  entry: {
    protects: 'an entry of the directory that grants are compiled from',
    raisedBy: 'a write that moves the role or the house',
    comparedBy: 'a write that compiles grants from the entry, and another that moves it'
  },
  uses: {
    protects: 'the grants that are compiled from an entry of the directory',
    raisedBy: 'a write that compiles grants from the entry',
    comparedBy: 'a write that moves the role or the house'
  },
  link: {
    protects: 'the links and versions of an entry of the directory',
    raisedBy: 'a write that gives the entry a link or a version',
    comparedBy: 'the same, and a re-stamp that reaches the entry'
  },
  facts: {
    protects: 'the facts of a record that a Provenance is about',
    raisedBy: 'a write that tells of the record, and one that changes its facts',
    comparedBy: 'the same two'
  },
  criteria: {
    protects: 'a search by criteria of one house: what matched is still all that matches',
    raisedBy: 'a conditional write with these criteria',
    comparedBy: 'another with the same'
  }
} as const satisfies Readonly<Record<string, CounterFamily>>

/** @param of the person, reference, digest or id whose counter it is */
export const counter = (family: keyof typeof counterFamilies, of: string): string =>
  `${family}/${of}`
