/** Ids and versions as the standard spells them. https://hl7.org/fhir/R4/datatypes.html#id */
import type { ResourceId } from './resource.ts'

/** Source of a regular expression, for patterns of which an id is a part. */
export const idPattern = '[A-Za-z0-9\\-.]{1,64}'

const whole = new RegExp(`^${idPattern}$`)
export const isId = (text: string): text is ResourceId => whole.test(text)

/** The id in `Type/id` or alone; undefined: neither. */
export const idIn = (type: string, text: string): ResourceId | undefined => {
  const id = text.startsWith(`${type}/`) ? text.slice(type.length + 1) : text
  return isId(id) ? id : undefined
}
