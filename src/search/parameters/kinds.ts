/** The kinds of search parameter that this server answers, by the names that R4 gives them. */
import type { SearchParameter } from '../../definitions/definitions.ts'
import { date } from './date.ts'
import type { ParameterKind } from './parameter-kind.ts'
import { reference } from './reference.ts'
import { string } from './string.ts'
import { token } from './token.ts'
import { uri } from './uri.ts'

export const kinds: Readonly<Record<string, ParameterKind>> = {
  token,
  reference,
  date,
  string,
  uri
}

/** @throws Error for a kind that the tables name and this program does not know */
export const kindOf = ({ key, kind }: Pick<SearchParameter, 'key' | 'kind'>): ParameterKind => {
  const known = Object.hasOwn(kinds, kind) ? kinds[kind] : undefined
  if (!known) throw new Error(`${key} is a parameter of the kind ${kind}, which is not in kinds.ts`)
  return known
}
