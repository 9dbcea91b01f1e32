/**
 * A query node as a MongoDB filter on one resource document, and the acl filter that goes into
 * every query. https://hl7.org/fhir/R4/search.html
 */
import type { Filter } from 'mongodb'
import { FhirError } from '../../../fhir/fhir-error.ts'
import type { Millis, ResourceType } from '../../../fhir/resource.ts'
import { isOwnKey, lastUpdatedKey } from '../../../search/query.ts'
import type { SpanNode, Form, Node, TextNode, WordNode } from '../../../search/query.ts'
import type { AclFilter } from '../../store.ts'
import type { ResourceDocument, VersionFields } from '../database/collections.ts'
import {
  afterPrefix,
  anyCode,
  anySystem,
  exactForm,
  foldedForm,
  parameterPrefix,
  referenceForm,
  withSystem
} from '../database/index-values.ts'

export type ResourceFilter = Filter<ResourceDocument>

/**
 * Steps to other resources, each a query of its own under the same acl: a second `$in` query beats
 * `$lookup` three times over.
 */
export interface Hops {
  /** `Type/id` of the visible resources that match. */
  readonly matching: (type: ResourceType, node: Node) => Promise<readonly string[]>
  /** `Type/id` of what visible resources that match refer to by this parameter, of one type. */
  readonly referredTo: (
    from: { readonly type: ResourceType; readonly parameter: string; readonly node: Node },
    targetType: ResourceType
  ) => Promise<readonly string[]>
}

const everything: ResourceFilter = {}
const nothing: ResourceFilter = { _id: { $in: [] } }

/**
 * The time at which acl entries must hold. `from` and `to` differ when one query answers requests
 * of different moments: then throughout.
 */
export interface Moments {
  readonly from: Millis
  readonly to: Millis
}

/**
 * One predicate inside $elemMatch: without it the bounds of key and time are not taken together.
 */
export const admitted = (acl: AclFilter, moments?: Moments): readonly ResourceFilter[] => {
  if (acl.kind === 'system') return []
  const { keys, denied, now } = acl
  const { from, to } = moments ?? { from: now, to: now }
  const throughout = { $elemMatch: { k: { $in: keys }, f: { $lte: from }, t: { $gt: to } } }
  if (denied === undefined || denied.length === 0) return [{ acl: throughout }]
  const ever = { $elemMatch: { k: { $in: denied }, f: { $lte: to }, t: { $gt: from } } }
  return [{ acl: throughout }, { acl: { $not: ever } }]
}

/** Any condition on a version, under the acl. */
export const where = <D extends VersionFields = ResourceDocument>(
  filter: Filter<D>,
  acl: AclFilter,
  moments?: Moments
): Filter<D> => {
  const parts = admitted(acl, moments)
  return parts.length === 0 ? filter : ({ $and: [filter, ...parts] } as Filter<D>)
}

/** Current, undeleted resources of a type that the caller may see. */
export const visible = (
  type: ResourceType,
  acl: AclFilter,
  where: readonly ResourceFilter[]
): ResourceFilter => all([{ t: type, del: false }, ...admitted(acl), ...where])

export const all = (filters: readonly ResourceFilter[]): ResourceFilter => {
  const [first, ...more] = filters.filter((filter) => Object.keys(filter).length > 0)
  if (first === undefined) return everything
  return more.length === 0 ? first : { $and: [first, ...more] }
}

export const compile = async (
  node: Node,
  type: ResourceType,
  hops: Hops
): Promise<ResourceFilter> => {
  const inner = async (nodes: readonly Node[]): Promise<ResourceFilter[]> => {
    const filters: ResourceFilter[] = []
    // One after another: they share a session.
    for (const part of nodes) filters.push(await compile(part, type, hops))
    return filters
  }
  switch (node.kind) {
    case 'and':
      return all(await inner(node.nodes))
    case 'or':
      return node.nodes.length === 0 ? nothing : { $or: await inner(node.nodes) }
    case 'not':
      return { $nor: [await compile(node.node, type, hops)] }
    case 'ids':
      return { _id: { $in: node.ids.map((id) => `${type}/${id}`) } }
    case 'word':
      return word(node)
    case 'link':
      return { ref: { $in: node.targets.map((target) => referenceForm(node.parameter, target)) } }
    case 'span':
      return span(node)
    case 'text':
      return text(node)
    case 'missing':
      return missing(node.parameter, node.form)
    case 'chain':
      return {
        ref: {
          $in: (await hops.matching(node.targetType, node.node)).map((id) =>
            referenceForm(node.parameter, id)
          )
        }
      }
    case 'has':
      return {
        _id: {
          $in: await hops.referredTo(
            { type: node.sourceType, parameter: node.parameter, node: node.node },
            type
          )
        }
      }
  }
}

const word = ({ parameter, code, system }: WordNode): ResourceFilter => {
  if (code === undefined) {
    return system === undefined
      ? { tok: withPrefix(parameterPrefix(parameter)) }
      : { tok: anyCode(parameter, system) }
  }
  return {
    tok: system === undefined ? anySystem(parameter, code) : withSystem(parameter, code, system)
  }
}

const withPrefix = (prefix: string) => ({ $elemMatch: { $gte: prefix, $lt: afterPrefix(prefix) } })

const span = ({ parameter, loMin, loMax, hiMin, hiMax }: SpanNode): ResourceFilter => {
  const lo = {
    ...(loMin !== undefined && { $gte: loMin }),
    ...(loMax !== undefined && { $lt: loMax })
  }
  const hi = {
    ...(hiMin !== undefined && { $gt: hiMin }),
    ...(hiMax !== undefined && { $lte: hiMax })
  }
  const bounded = (bounds: object): boolean => Object.keys(bounds).length > 0
  if (parameter !== lastUpdatedKey) {
    return {
      dt: { $elemMatch: { p: parameter, ...(bounded(lo) && { lo }), ...(bounded(hi) && { hi }) } }
    }
  }
  // The version's own time is the interval [at, at + 1): hi > x means at >= x, hi <= x means at <
  // x.
  return all([
    ...(bounded(lo) ? [{ at: lo }] : []),
    ...(hiMin === undefined ? [] : [{ at: { $gt: hiMin - 1 } }]),
    ...(hiMax === undefined ? [] : [{ at: { $lte: hiMax - 1 } }])
  ])
}

/** The regular expression engine of the server takes no longer pattern. */
const longestContains = 8000

const text = ({ parameter, match, value }: TextNode): ResourceFilter => {
  switch (match) {
    case 'exact':
      return { str: exactForm(parameter, value) }
    case 'prefix':
      return { str: withPrefix(foldedForm(parameter, value)) }
    case 'contains': {
      if (value.length > longestContains) {
        throw new FhirError(
          'invalid',
          `a :contains value of ${value.length} characters was found, at most ${longestContains} are searched for: shorten it`,
          { issue: 'too-long' }
        )
      }
      return { str: { $regex: `^${literal(foldedForm(parameter, ''))}[\\s\\S]*${literal(value)}` } }
    }
  }
}

const literal = (text: string): string =>
  text.replace(/[\\^$.*+?()[\]{}|/-]/g, '\\$&').replaceAll('\0', '\\x00')

const missing = (parameter: string, form: Form): ResourceFilter => {
  if (isOwnKey(parameter)) return nothing
  const none = { $not: withPrefix(parameterPrefix(parameter)) }
  switch (form) {
    case 'word':
      return { tok: none }
    case 'text':
      return { str: none }
    case 'span':
      return { dt: { $not: { $elemMatch: { p: parameter } } } }
    case 'link':
      return { ref: none }
  }
}
