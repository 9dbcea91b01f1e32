/** Entity tags: `W/"version"`. https://www.rfc-editor.org/rfc/rfc9110#section-8.8.3 */

import { idPattern } from '../fhir/id.ts'

const list = new RegExp(`^\\s*(?:W/)?"(${idPattern})"\\s*(?:,|$)`)

/** @returns versions, or `*`; undefined when it cannot be read */
export const versionsIn = (text: string): readonly string[] | undefined => {
  if (text.trim() === '*') return ['*']
  const versions: string[] = []
  let rest = text
  while (rest.trim() !== '') {
    const found = list.exec(rest)
    if (found?.[1] === undefined) return undefined
    versions.push(found[1])
    rest = rest.slice(found[0].length)
  }
  return versions.length === 0 ? undefined : versions
}
