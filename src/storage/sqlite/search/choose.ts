/** Counts what a part of a search could start from, a little beforehand, and chooses (plan.ts). */
import type { ResourceType } from '../../../fhir/resource.ts'
import type { AclFilter } from '../../store.ts'
import type { Binder } from '../file/binder.ts'
import type { Connection } from '../file/connection.ts'
import { compileVisibility, everything } from '../read/visibility.ts'
import type { Estimate } from './candidates.ts'
import { createCompiler } from './compile.ts'
import type { Compiler } from './compile.ts'
import type { Estimates } from './estimate.ts'
import { plan } from './plan.ts'
import type { Plan, Thresholds } from './plan.ts'
import type { Part } from './select.ts'

/** What all parts of all searches share. */
export interface Searching {
  readonly connection: Connection
  readonly estimates: Estimates
  readonly thresholds: Thresholds
}

/** Undefined: the caller can see nothing at all. */
export const compilerFor = (
  { connection: { names } }: Searching,
  binder: Binder,
  acl: AclFilter
): Compiler | undefined => {
  const visibility = compileVisibility(names, acl, binder)
  return visibility && createCompiler(names, binder, visibility)
}

export const choose = (
  searching: Searching,
  part: Part,
  acl: AclFilter,
  thresholds = searching.thresholds
): Plan => {
  const {
    connection: { names },
    estimates
  } = searching
  const estimate: Estimate = (node, type, rids) =>
    estimates(`${type} ${JSON.stringify(node)}`, (binder) =>
      rids(createCompiler(names, binder, everything))
    )
  const total = (): number =>
    estimates(
      `type ${part.type}`,
      ({ bind }) =>
        `SELECT 1 FROM cur INDEXED BY cur_type WHERE type = ${bind(names.find(part.type))} AND deleted = 0`
    )
  const reach = reachOf(searching, part.type, acl)
  return plan(part, part.where, estimate, reach, total, thresholds)
}

/** The rows of this type that the caller can see; undefined for a caller who sees all. */
const reachOf = (
  searching: Searching,
  type: ResourceType,
  acl: AclFilter
): Parameters<typeof plan>[3] => {
  if (acl.kind === 'system') return undefined
  const rids = ({ visibility, binder, names }: Compiler): string =>
    `SELECT c.rid FROM cur c INDEXED BY cur_acl WHERE c.acl IN (${visibility.sets ?? ''}) AND c.type = ${binder.bind(names.find(type))} AND c.deleted = 0`
  return () => ({
    rids,
    count: searching.estimates(`reach ${type} ${acl.keys.join(' ')}`, (binder) => {
      const compiler = compilerFor(searching, binder, acl)
      return compiler ? rids(compiler) : 'SELECT 0 WHERE 0'
    })
  })
}
