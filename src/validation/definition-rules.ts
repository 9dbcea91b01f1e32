/** Invariants of definitions and questionnaires, whose hundreds of elements FHIRPath would take too long over. https://hl7.org/fhir/R4/elementdefinition.html https://hl7.org/fhir/R4/questionnaire.html */
import type { Test } from './rule.ts'
import { has, hasAny, hasChoice, items } from './rule.ts'
import type { Json } from './scope.ts'
import { isObject } from './scope.ts'

const on = (test: (element: Json) => boolean): Test => (element) => !isObject(element) || test(element)
const distinct = (values: readonly unknown[]): boolean => new Set(values).size === values.length
const codesOf = (element: Json): unknown[] => items(element, 'type').map((type) => type['code'])
const types = (element: Json): number => items(element, 'type').length
const isType = (item: Json, ...names: readonly string[]): boolean => names.includes(item['type'] as string)
const count = (element: Json, name: string): number => items(element, name).length

const bindable: ReadonlySet<unknown> = new Set(['code', 'Coding', 'CodeableConcept', 'Quantity', 'string', 'uri'])
const step = '[^\\s.,:;\'"/|?!@#$%&*()\\[\\]{}]{1,64}'
const elementPath = new RegExp(`^${step}(\\.${step}(\\[x\\])?(:[^\\s.]+)?)*$`)
const sliceName = /^[a-zA-Z0-9/\-_[\]@]+$/
const ucum = 'http://unitsofmeasure.org'
const inPercent = (quantity: unknown): boolean => !isObject(quantity) || (quantity['code'] === '%' && quantity['system'] === ucum)

const contentReferenceAlone = (element: Json): boolean => !hasAny(element, 'contentReference') ||
  !(hasAny(element, 'type', 'example', 'maxLength', 'binding') || ['defaultValue', 'fixed', 'pattern', 'minValue', 'maxValue'].some((name) => hasChoice(element, name)))

const elementDefinition: Readonly<Record<string, Test>> = {
  'ElementDefinition eld-2': on(({ min, max }) => typeof min !== 'number' || typeof max !== 'string' || max === '*' || min <= Number(max)),
  'ElementDefinition eld-5': on(contentReferenceAlone),
  'ElementDefinition eld-6': on((element) => !hasChoice(element, 'fixed') || types(element) <= 1),
  'ElementDefinition eld-7': on((element) => !hasChoice(element, 'pattern') || types(element) <= 1),
  'ElementDefinition eld-8': on((element) => !hasChoice(element, 'pattern') || !hasChoice(element, 'fixed')),
  'ElementDefinition eld-11': on((element) => !has(element, 'binding') || types(element) === 0 || codesOf(element).some((code) => bindable.has(code))),
  'ElementDefinition eld-13': on((element) => distinct(codesOf(element))),
  'ElementDefinition eld-14': on((element) => distinct(items(element, 'constraint').map((constraint) => constraint['key']))),
  'ElementDefinition eld-15': on((element) => !hasChoice(element, 'defaultValue') || !has(element, 'meaningWhenMissing')),
  'ElementDefinition eld-16': on((element) => typeof element['sliceName'] !== 'string' || sliceName.test(element['sliceName'])),
  'ElementDefinition eld-18': on((element) => element['isModifier'] !== true || has(element, 'isModifierReason')),
  'ElementDefinition eld-19': on((element) => typeof element['path'] !== 'string' || elementPath.test(element['path'])),
  'ElementDefinition eld-22': on((element) => !has(element, 'sliceIsConstraining') || has(element, 'sliceName')),
  'ElementDefinition.slicing eld-1': on((slicing) => hasAny(slicing, 'discriminator', 'description')),
  'ElementDefinition.max eld-3': (max) => typeof max !== 'string' || max === '*' || /^\d+$/.test(max),
  'ElementDefinition.type eld-4': on((type) => !has(type, 'aggregation') || ['Reference', 'canonical'].includes(type['code'] as string)),
  'ElementDefinition.type eld-17': on((type) => !has(type, 'targetProfile') || ['Reference', 'canonical'].includes(type['code'] as string)),
  'ElementDefinition.binding eld-12': on((binding) => typeof binding['valueSet'] !== 'string' || /^(https?:|urn:)/.test(binding['valueSet']))
}

const withOptions = ['choice', 'open-choice', 'decimal', 'integer', 'date', 'dateTime', 'time', 'string', 'quantity']
const withLength = ['boolean', 'decimal', 'integer', 'string', 'text', 'url', 'open-choice']

const questionnaire: Readonly<Record<string, Test>> = {
  'Questionnaire.item que-1': on((item) => (!isType(item, 'group') || has(item, 'item')) && (!isType(item, 'display') || !has(item, 'item'))),
  'Questionnaire.item que-3': on((item) => !isType(item, 'display') || !has(item, 'code')),
  'Questionnaire.item que-4': on((item) => !has(item, 'answerOption') || !has(item, 'answerValueSet')),
  'Questionnaire.item que-5': on((item) => isType(item, ...withOptions) || !hasAny(item, 'answerValueSet', 'answerOption')),
  'Questionnaire.item que-6': on((item) => !isType(item, 'display') || !hasAny(item, 'required', 'repeats')),
  'Questionnaire.item que-8': on((item) => !isType(item, 'group', 'display') || !has(item, 'initial')),
  'Questionnaire.item que-9': on((item) => !isType(item, 'display') || !has(item, 'readOnly')),
  'Questionnaire.item que-10': on((item) => isType(item, ...withLength) || !has(item, 'maxLength')),
  'Questionnaire.item que-11': on((item) => !has(item, 'answerOption') || !has(item, 'initial')),
  'Questionnaire.item que-12': on((item) => count(item, 'enableWhen') <= 2 || has(item, 'enableBehavior')),
  'Questionnaire.item que-13': on((item) => item['repeats'] === true || count(item, 'initial') <= 1),
  'Questionnaire.item.enableWhen que-7': on((when) => when['operator'] !== 'exists' || has(when, 'answerBoolean'))
}

/** Values of `name` in a tree of elements nested under `children`. */
const deep = (element: Json, children: string, name: string): unknown[] => items(element, children).flatMap((child) => [child[name], ...deep(child, children, name)]).filter((value) => value !== undefined)

export const definitionRules: Readonly<Record<string, Test>> = {
  ...elementDefinition,
  ...questionnaire,
  'CodeSystem csd-1': on((system) => distinct(deep(system, 'concept', 'code'))),
  'Questionnaire que-2': on((form) => distinct(deep(form, 'item', 'linkId'))),
  'RiskAssessment.prediction ras-2': on((prediction) => typeof prediction['probabilityDecimal'] !== 'number' || prediction['probabilityDecimal'] <= 100),
  'RiskAssessment.prediction.probability[x] ras-1': on((range) => inPercent(range['low']) && inPercent(range['high']))
}
