/** Every kind of record that is kept beside the resources, one row a kind. Stores know none. */

interface RecordKindRow {
  readonly holds: string
  /** The room that writes it. */
  readonly owner: 'access' | 'auth' | 'jobs' | 'storage'
  readonly expires: 'never' | 'always' | 'sometimes'
  /** When it may vanish. */
  readonly until?: string
  /** Whoever changes it compares and raises the counter of the record. */
  readonly counted: boolean
}

/** Grants have no counter of their own: that of the person, access/counters.ts, is theirs too. */
export const recordKinds = {
  grants: {
    holds: 'what decides about a person, compiled from Consents, care teams and the directory',
    owner: 'access',
    expires: 'never',
    counted: false
  },
  idempotency: {
    holds: 'the answer to a write that bore an Idempotency-Key',
    owner: 'access',
    expires: 'always',
    until: 'a day after the write',
    counted: true
  },
  client: { holds: 'a registered client', owner: 'auth', expires: 'never', counted: true },
  jti: {
    holds: 'an assertion that was used',
    owner: 'auth',
    expires: 'always',
    until: 'the assertion is not accepted any more',
    counted: false
  },
  key: {
    holds: 'a key that signs tokens, or a secret that all processes share',
    owner: 'auth',
    expires: 'sometimes',
    until: 'the last token that the key signed has expired; a secret stays',
    counted: false
  },
  index: {
    holds: 'what the index is complete for, and how far a re-index is',
    owner: 'jobs',
    expires: 'sometimes',
    until: 'the re-index is done',
    counted: true
  },
  lease: {
    holds: 'who does a job',
    owner: 'storage',
    expires: 'always',
    until: 'its holder does not renew it',
    counted: true
  }
} as const satisfies Readonly<Record<string, RecordKindRow>>

export type RecordKind = keyof typeof recordKinds
export type CountedKind = {
  [Kind in RecordKind]: (typeof recordKinds)[Kind]['counted'] extends true ? Kind : never
}[RecordKind]

/** Name of a record's counter. */
export const recordCounter = (kind: CountedKind, id: string): string => `${kind}/${id}`
