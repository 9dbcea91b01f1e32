/**
 * The data type of an element by its place in a resource, e.g. `uri` for
 * `CarePlan.instantiatesUri`.
 */
import type { ElementTable, Structures } from '../../definitions/definitions.ts'

const lowerFirst = (text: string): string => text.charAt(0).toLowerCase() + text.slice(1)

interface Step {
  readonly element: ElementTable
  readonly code: string | undefined
}

const stepTo = (structures: Structures, path: string, name: string): Step | undefined => {
  const children = structures.children(path)
  const exact = children?.get(name)
  if (exact !== undefined) return { element: exact, code: exact.types[0]?.code }
  for (const element of children?.values() ?? []) {
    if (!element.name.endsWith('[x]') || !name.startsWith(element.name.slice(0, -3))) continue
    const suffix = name.slice(element.name.length - 3)
    const type = element.types.find(({ code }) => code === suffix || code === lowerFirst(suffix))
    if (type !== undefined) return { element, code: type.code }
  }
  return undefined
}

/** @param names from the resource type down; array indices left out */
export const elementType = (
  structures: Structures,
  [type = '', ...names]: readonly string[]
): string | undefined => {
  let path = type
  let code: string | undefined = type
  for (const name of names) {
    const step = stepTo(structures, path, name)
    if (step === undefined) return undefined
    code = step.code
    path =
      step.element.contentReference ??
      (structures.children(step.element.path) === undefined ? (code ?? '') : step.element.path)
  }
  return code
}
