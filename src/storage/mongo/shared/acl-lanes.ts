/**
 * Something for each set of access keys, so that nothing is ever shared between callers of
 * different rights.
 */
import type { AclFilter } from '../../store.ts'

/** One that is dropped while in use only stops to be shared. */
const mostLanes = 1000

const nameOf = (acl: AclFilter): string =>
  acl.kind === 'system' ? '' : JSON.stringify([acl.keys, acl.denied])

/** @param make gets the acl that asked first; of later ones only the moment differs */
export const createAclLanes = <L>(make: (acl: AclFilter) => L): ((acl: AclFilter) => L) => {
  const lanes = new Map<string, L>()
  return (acl) => {
    const name = nameOf(acl)
    const known = lanes.get(name)
    if (known !== undefined) return known
    const [oldest] = lanes.keys()
    if (lanes.size >= mostLanes && oldest !== undefined) lanes.delete(oldest)
    const lane = make(acl)
    lanes.set(name, lane)
    return lane
  }
}
