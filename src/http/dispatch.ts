/**
 * A request to its interaction, whether it came over HTTP or as a Bundle entry: scopes first, then
 * as many runs as concurrent writers make necessary.
 */
import type { Caller } from '../auth/caller.ts'
import { FhirError } from '../fhir/fhir-error.ts'
import type { Context, Dispatch, FhirRequest, FhirResponse } from '../exchange/context.ts'
import type { Retry } from '../exchange/retry.ts'
import { requireScope, requireToken } from '../exchange/scope.ts'
import type { Matched, MatchRoute } from './request/match-route.ts'

export const checkScopes = (caller: Caller, { route, target }: Matched): void => {
  if (route.scope !== undefined && target.type !== undefined) {
    requireScope(caller, target.type, route.scope)
  }
  for (const [type, action] of route.scopes ?? []) requireToken(caller, type, action)
}

/** The whole interaction runs again: its decisions rest on what has changed. */
export const runMatched = async (
  retry: Retry,
  { route, target }: Matched,
  context: Context,
  request: FhirRequest
): Promise<FhirResponse> => await retry(async () => await route.run(context, request, target))

/** For entries of Bundles. */
export const createDispatch =
  (matchRoute: MatchRoute, retry: Retry): Dispatch =>
  (context, request) => {
    const matched = matchRoute(request.method, request.path)
    const { route, target } = matched
    if (route.interaction === 'transaction') {
      throw new FhirError(
        'invalid',
        'Found a Bundle as an entry of a Bundle, expected single requests.'
      )
    }
    checkScopes(context.caller, matched)
    return {
      target,
      run: async () => await runMatched(retry, matched, context, request),
      ...(route.writing !== undefined && { writing: route.writing })
    }
  }
