/**
 * What decides which values a parameter has in the index, as a short text: when it changes, the
 * resources of its type have to be indexed anew (jobs/).
 */
import { createHash } from 'node:crypto'
import type { Definitions } from '../definitions/definitions.ts'
import { extractionVersion } from './extract.ts'
import { kindOf } from './parameters/kinds.ts'
import type { ParameterKey } from './query.ts'

/** 72 bits: two definitions of one parameter never meet. */
const length = 12

/** @param timeZone of dates that name none */
export const fingerprintsOf = (
  { types, searchParameters }: Pick<Definitions, 'types' | 'searchParameters'>,
  timeZone: string
): ReadonlyMap<ParameterKey, string> =>
  new Map(
    types
      .flatMap((type) => [...searchParameters(type).values()])
      .map((parameter) => {
        const { key, kind, expression, datatypes } = parameter
        const { form, version } = kindOf(parameter)
        const zone = form === 'span' ? timeZone : ''
        const facts = [extractionVersion, key, kind, form, version, expression, zone]
        return [
          key,
          createHash('sha256')
            .update(JSON.stringify([...facts, datatypes]))
            .digest('base64url')
            .slice(0, length)
        ]
      })
  )
