/**
 * All that the server answers under its base: method, path, interaction, scope. HTTP, Bundle
 * entries and the CapabilityStatement go by this table. https://hl7.org/fhir/R4/http.html#summary
 */
import type { ScopeAction } from '../auth/caller.ts'
import type { ResourceType } from '../fhir/resource.ts'
import { bundle } from '../interactions/bundle/bundle.ts'
import type { Capabilities } from '../interactions/metadata/capabilities.ts'
import type { FhirRequest, Interaction, Writing } from '../exchange/context.ts'
import { create, creating } from '../interactions/write/create.ts'
import { deleting, remove } from '../interactions/write/delete.ts'
import { history } from '../interactions/read/history.ts'
import { patch, patching } from '../interactions/write/patch.ts'
import { read } from '../interactions/read/read.ts'
import { search } from '../interactions/search/search.ts'
import { update, updating } from '../interactions/write/update.ts'
import { vread } from '../interactions/read/vread.ts'
import type { Operation } from '../operations/operation.ts'
import { formBodies, patchBodies, resourceBodies } from './request/media-type.ts'

type Method = FhirRequest['method']

export interface Route {
  readonly method: Exclude<Method, 'HEAD'>
  /**
   * `:type`, `:id`, `:version`, `:member` (type in a compartment); anything else stands for itself.
   */
  readonly path: string
  /**
   * Code of restful-interaction, or the operation with its dollar; into the journal and the
   * CapabilityStatement.
   */
  readonly interaction: string
  /** AuditEvent.action. */
  readonly action: 'C' | 'R' | 'U' | 'D' | 'E'
  readonly run: Interaction
  /** The halves of `run`, for transactions. */
  readonly writing?: Writing
  /** Letter that the token needs on the path's type (in a compartment: the member's). */
  readonly scope?: ScopeAction
  /** Further needs, for operations. */
  readonly scopes?: Operation['scope']
  /** Types that the path may name; absent: all. */
  readonly types?: readonly ResourceType[]
  /** Media types of the body; absent: none is read. */
  readonly body?: readonly string[]
  /** Answers without a token. */
  readonly open?: Capabilities
}

const interactions: readonly Route[] = [
  { method: 'GET', path: ':type/:id', interaction: 'read', action: 'R', scope: 'r', run: read },
  {
    method: 'GET',
    path: ':type/:id/_history/:version',
    interaction: 'vread',
    action: 'R',
    scope: 'r',
    run: vread
  },
  {
    method: 'GET',
    path: ':type/:id/_history',
    interaction: 'history-instance',
    action: 'R',
    scope: 'r',
    run: history
  },
  {
    method: 'GET',
    path: ':type',
    interaction: 'search-type',
    action: 'E',
    scope: 's',
    run: search
  },
  {
    method: 'POST',
    path: ':type/_search',
    interaction: 'search-type',
    action: 'E',
    scope: 's',
    run: search,
    body: formBodies
  },
  {
    method: 'GET',
    path: ':type/:id/:member',
    interaction: 'search-compartment',
    action: 'E',
    scope: 's',
    run: search
  },
  {
    method: 'POST',
    path: ':type/:id/:member/_search',
    interaction: 'search-compartment',
    action: 'E',
    scope: 's',
    run: search,
    body: formBodies
  },
  {
    method: 'POST',
    path: ':type',
    interaction: 'create',
    action: 'C',
    scope: 'c',
    run: create,
    writing: creating,
    body: resourceBodies
  },
  {
    method: 'PUT',
    path: ':type/:id',
    interaction: 'update',
    action: 'U',
    scope: 'u',
    run: update,
    writing: updating,
    body: resourceBodies
  },
  {
    method: 'PUT',
    path: ':type',
    interaction: 'update',
    action: 'U',
    scope: 'u',
    run: update,
    writing: updating,
    body: resourceBodies
  },
  {
    method: 'PATCH',
    path: ':type/:id',
    interaction: 'patch',
    action: 'U',
    scope: 'u',
    run: patch,
    writing: patching,
    body: patchBodies
  },
  {
    method: 'PATCH',
    path: ':type',
    interaction: 'patch',
    action: 'U',
    scope: 'u',
    run: patch,
    writing: patching,
    body: patchBodies
  },
  {
    method: 'DELETE',
    path: ':type/:id',
    interaction: 'delete',
    action: 'D',
    scope: 'd',
    run: remove,
    writing: deleting
  },
  {
    method: 'DELETE',
    path: ':type',
    interaction: 'delete',
    action: 'D',
    scope: 'd',
    run: remove,
    writing: deleting
  },
  {
    method: 'POST',
    path: '',
    interaction: 'transaction',
    action: 'E',
    run: bundle,
    body: resourceBodies
  }
]

const pathOf: Readonly<Record<Operation['level'], string>> = {
  system: '',
  type: ':type/',
  instance: ':type/:id/'
}

const operationRoute = ({ name, level, types, method, scope, run }: Operation): Route => ({
  method,
  path: pathOf[level] + name,
  interaction: name,
  action: 'E',
  run,
  scopes: scope,
  ...(level !== 'system' && { types }),
  ...(method === 'POST' && { body: resourceBodies })
})

/** @param capabilities made from this very table */
export const createRoutes = (
  operations: readonly Operation[],
  capabilities: Capabilities
): readonly Route[] => [
  {
    method: 'GET',
    path: 'metadata',
    interaction: 'capabilities',
    action: 'R',
    run: async (_context, request) => await capabilities(request),
    open: capabilities
  },
  ...operations.map(operationRoute),
  ...interactions
]
