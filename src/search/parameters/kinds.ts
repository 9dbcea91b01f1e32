/** The table of parameter kinds. */
import type { SearchParameterKind } from '../../definitions/definitions.ts'
import { date } from './date.ts'
import type { ParameterKind } from './parameter-kind.ts'
import { reference } from './reference.ts'
import { string } from './string.ts'
import { token } from './token.ts'
import { uri } from './uri.ts'

export const kinds: Readonly<Record<SearchParameterKind, ParameterKind>> = {
  token,
  reference,
  date,
  string,
  uri
}
