/**
 * Reads one line of profiles/tables/structures.json: `1..1 Reference(Patient Group) @binding ^`,
 * where `^` marks a summary element.
 */
import type { ElementTable, ElementType } from './definitions.ts'

const line = /^(\d+)\.\.(\d+|\*) (\S.*?)(?: @(\S+))?( \^)?$/

/**
 * The data types that an open choice (`Extension.value[x]`, `*` in the table) allows.
 * https://hl7.org/fhir/R4/datatypes.html#open
 */
export const openTypes: readonly ElementType[] = [
  'base64Binary',
  'boolean',
  'canonical',
  'code',
  'date',
  'dateTime',
  'decimal',
  'id',
  'instant',
  'integer',
  'markdown',
  'oid',
  'positiveInt',
  'string',
  'time',
  'unsignedInt',
  'uri',
  'url',
  'uuid',
  'Address',
  'Age',
  'Annotation',
  'Attachment',
  'CodeableConcept',
  'Coding',
  'ContactPoint',
  'Count',
  'Distance',
  'Duration',
  'HumanName',
  'Identifier',
  'Money',
  'Period',
  'Quantity',
  'Range',
  'Ratio',
  'Reference',
  'SampledData',
  'Signature',
  'Timing',
  'ContactDetail',
  'Contributor',
  'DataRequirement',
  'Expression',
  'ParameterDefinition',
  'RelatedArtifact',
  'TriggerDefinition',
  'UsageContext',
  'Dosage',
  'Meta'
].map((code) => ({ code }))

const readType = (text: string): ElementType => {
  const open = text.indexOf('(')
  return open < 0
    ? { code: text }
    : { code: text.slice(0, open), targets: text.slice(open + 1, -1).split(' ') }
}

/** Without the spaces inside parentheses, `|` alone separates types. */
const readTypes = (text: string): readonly ElementType[] =>
  text === '*' ? openTypes : text.split('|').map(readType)

export const readElement = (parent: string, name: string, text: string): ElementTable => {
  const found = line.exec(text)
  if (!found) {
    throw new Error(
      `Table line "${text}" of ${parent}.${name} cannot be read; rebuild profiles/tables.`
    )
  }
  const [, min, max, types, codes, summary] = found as unknown as [
    string,
    string,
    string,
    string,
    string | undefined,
    string | undefined
  ]
  return {
    name,
    path: `${parent}.${name}`,
    min: Number(min),
    max: max === '*' ? Infinity : Number(max),
    types: types.startsWith('#') ? [] : readTypes(types),
    summary: summary !== undefined,
    ...(types.startsWith('#') && { contentReference: types.slice(1) }),
    ...(codes !== undefined && { codes })
  }
}
