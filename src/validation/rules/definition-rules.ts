/**
 * Invariants of definitions and questionnaires, whose hundreds of elements the FHIRPath engine
 * would take too long over. https://hl7.org/fhir/R4/elementdefinition.html
 * https://hl7.org/fhir/R4/questionnaire.html
 */
import type { Test } from './rule.ts'
import { has, items } from './rule.ts'
import type { Json } from '../../fhir/json-object.ts'
import { isObject } from '../../fhir/json-object.ts'

const on =
  (test: (element: Json) => boolean): Test =>
  (element) =>
    !isObject(element) || test(element)
const distinct = (values: readonly unknown[]): boolean => new Set(values).size === values.length

const step = '[^\\s.,:;\'"/|?!@#$%&*()\\[\\]{}]{1,64}'
const elementPath = new RegExp(`^${step}(\\.${step}(\\[x\\])?(:[^\\s.]+)?)*$`)
const sliceName = /^[a-zA-Z0-9/\-_[\]@]+$/
const ucum = 'http://unitsofmeasure.org'
const inPercent = (quantity: unknown): boolean =>
  !isObject(quantity) || (quantity['code'] === '%' && quantity['system'] === ucum)

/** Values of `name` in a tree of elements nested under `children`. */
const deep = (element: Json, children: string, name: string): unknown[] =>
  items(element, children)
    .flatMap((child) => [child[name], ...deep(child, children, name)])
    .filter((value) => value !== undefined)

export const definitionRules: Readonly<Record<string, Test>> = {
  'ElementDefinition eld-2': on(
    ({ min, max }) =>
      typeof min !== 'number' || typeof max !== 'string' || max === '*' || min <= Number(max)
  ),
  'ElementDefinition eld-13': on((element) =>
    distinct(items(element, 'type').map((type) => type['code']))
  ),
  'ElementDefinition eld-14': on((element) =>
    distinct(items(element, 'constraint').map((constraint) => constraint['key']))
  ),
  'ElementDefinition eld-16': on(
    (element) => typeof element['sliceName'] !== 'string' || sliceName.test(element['sliceName'])
  ),
  'ElementDefinition eld-19': on(
    (element) => typeof element['path'] !== 'string' || elementPath.test(element['path'])
  ),
  'ElementDefinition.binding eld-12': on(
    (binding) =>
      typeof binding['valueSet'] !== 'string' || /^(https?:|urn:)/.test(binding['valueSet'])
  ),
  'Questionnaire.item que-1': on((item) =>
    item['type'] === 'group' ? has(item, 'item') : item['type'] !== 'display' || !has(item, 'item')
  ),
  'Questionnaire.item.enableWhen que-7': on(
    (when) => when['operator'] !== 'exists' || has(when, 'answerBoolean')
  ),
  'CodeSystem csd-1': on((system) => distinct(deep(system, 'concept', 'code'))),
  'Questionnaire que-2': on((form) => distinct(deep(form, 'item', 'linkId'))),
  'RiskAssessment.prediction ras-2': on(
    (prediction) =>
      typeof prediction['probabilityDecimal'] !== 'number' ||
      prediction['probabilityDecimal'] <= 100
  ),
  'RiskAssessment.prediction.probability[x] ras-1': on(
    (range) => inPercent(range['low']) && inPercent(range['high'])
  )
}
