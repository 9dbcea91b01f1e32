/**
 * Who may stand behind a client, one row a kind of user: all that access, audit and auth know of
 * it. A rule about a kind of user is a column here and a look-up there.
 */
import type { Caller } from '../../auth/caller.ts'

export interface Actor {
  /** The permits and the exclusions of the house behind the client hold for them too. */
  readonly withHouse: boolean
  /** `self` and `relative`: whoever asks is no part of a house, so `patient/` scopes fit. */
  readonly actsFor: 'self' | 'relative' | 'house'
  /** `custodian`: also about persons whose record the house keeps; `permit`: only by a permit. */
  readonly createsAs: 'custodian' | 'permit'
  /** `own`: their own, without a right of the client; `right`: with the right record-consents. */
  readonly recordsConsents: 'own' | 'right' | 'never'
  readonly journal: 'own' | 'house' | 'none'
}

const professional: Actor = {
  withHouse: true,
  actsFor: 'house',
  createsAs: 'custodian',
  recordsConsents: 'right',
  journal: 'house'
}

const relative: Actor = {
  withHouse: false,
  actsFor: 'relative',
  createsAs: 'permit',
  recordsConsents: 'never',
  journal: 'none'
}

/** Types of a user. */
const users: ReadonlyMap<string, Actor> = new Map<string, Actor>([
  [
    'Patient',
    {
      withHouse: false,
      actsFor: 'self',
      createsAs: 'permit',
      recordsConsents: 'own',
      journal: 'own'
    }
  ],
  ['RelatedPerson', relative],
  ['Practitioner', professional],
  ['PractitionerRole', professional]
])

/** Nobody stands behind the client: the house itself asks. */
const system: Actor = professional

export const userTypes: readonly string[] = [...users.keys()]

/** undefined: no user is of this type. */
export const userOfType = (type: string | undefined): Actor | undefined => users.get(type ?? '')

/** A user of a type without a row may as little as any. */
export const actorOf = ({ user }: Pick<Caller, 'user'>): Actor =>
  user === undefined ? system : (users.get(user.type) ?? relative)
