/** What somebody is in the team around the person: the codes of psi-cs-participant-role. */
import { psiCodeSystem } from './canonical.ts'

export const participantRoleSystem = psiCodeSystem('psi-cs-participant-role')

export const participantRoles: readonly string[] = [
  'user',
  'referent',
  'partner',
  'relative',
  'confidant',
  'initiator',
  'organiser'
]
