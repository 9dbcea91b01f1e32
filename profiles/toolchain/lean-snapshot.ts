/** Snapshots without the texts and version pins that they inherit: facts and our own words stay, the prose of the standard is left where it is. */

type Element = Record<string, unknown> & { id: string, path: string }
interface Structure { mapping?: unknown, snapshot?: { element: Element[] }, differential: { element: Element[] } }

const inheritedTexts = ['short', 'definition', 'comment', 'requirements', 'alias', 'mapping', 'example', 'meaningWhenMissing', 'orderMeaning', 'isModifierReason'] as const

/** Without a value set the description is all that a binding has, and R4 asks for one (sdf-10). */
const withoutBindingText = (binding: Record<string, unknown>): unknown => {
  const { extension: _, description: __, ...facts } = binding
  return binding['valueSet'] === undefined ? { ...facts, description: 'No value set.' } : facts
}

/** Keys, severities, expressions and one sentence each; the XPath twin and the explanations of best practices go. */
const withoutConstraintText = (constraint: Record<string, unknown>): unknown => {
  const { xpath: _, extension, ...facts } = constraint
  const marks = (extension as { valueMarkdown?: string }[] | undefined)?.filter(({ valueMarkdown }) => valueMarkdown === undefined)
  return marks === undefined || marks.length === 0 ? facts : { extension: marks, ...facts }
}

const bindable: ReadonlySet<string> = new Set(['code', 'Coding', 'CodeableConcept', 'Quantity', 'string', 'uri', 'Extension'])

/** A choice narrowed to types without codes still carries the binding of the whole choice in SUSHI's snapshot. */
const bindingOf = (element: Element): object => {
  const types = element['type'] as { code: string }[] | undefined
  if (element['binding'] === undefined || types?.some(({ code }) => bindable.has(code)) === false) return {}
  return { binding: withoutBindingText(element['binding'] as Record<string, unknown>) }
}

/** The published Belgian snapshots pin some R4 types (`Resource|4.0.1`), which validators then fail to compare with the plain name. */
const typesOf = (element: Element): object => {
  const types = element['type'] as { profile?: string[], targetProfile?: string[] }[] | undefined
  if (types === undefined) return {}
  const unpinned = (canonical: string): string => canonical.replace(/^(http:\/\/hl7\.org\/fhir\/StructureDefinition\/[^|]+)\|4\.0\.1$/, '$1')
  return {
    type: types.map((type) => ({
      ...type,
      ...(type.profile === undefined ? {} : { profile: type.profile.map(unpinned) }),
      ...(type.targetProfile === undefined ? {} : { targetProfile: type.targetProfile.map(unpinned) })
    }))
  }
}

/** R4 asks every element of a snapshot for a definition (sdf-3) and every modifier for a reason (eld-18): both point to the type. */
const bare = (element: Element, own: Element | undefined): Element => {
  const { id, path, binding: _, constraint: __, ...rest } = Object.fromEntries(Object.entries(element).filter(([name]) => !(inheritedTexts as readonly string[]).includes(name))) as Element
  const ownTexts = Object.fromEntries(Object.entries(own ?? {}).filter(([name]) => (inheritedTexts as readonly string[]).includes(name)))
  const pointer = `See ${element.path} in FHIR R4.`
  return {
    id,
    path,
    definition: pointer,
    ...rest,
    ...typesOf(element),
    ...(element['isModifier'] === true ? { isModifierReason: pointer } : {}),
    ...(element['constraint'] === undefined ? {} : { constraint: (element['constraint'] as Record<string, unknown>[]).map(withoutConstraintText) }),
    ...bindingOf(element),
    ...ownTexts
  }
}

export const leanSnapshot = <S extends Structure>(structure: S): S => {
  const { mapping: _, ...rest } = structure
  if (structure.snapshot === undefined) return rest as S
  const own = new Map(structure.differential.element.map((element) => [element.id, element]))
  return { ...rest, snapshot: { element: structure.snapshot.element.map((element) => bare(element, own.get(element.id))) } } as S
}
