/** Invariants of the resources that this server meets most, in code rather than FHIRPath. https://hl7.org/fhir/R4/resourcelist.html */
import { inOrder } from './datatype-rules.ts'
import type { Test } from './rule.ts'
import { has, hasAny, hasChoice, hasCoding, items } from './rule.ts'
import type { Json, Scope } from './scope.ts'
import { isObject } from './scope.ts'

const on = (test: (element: Json, scope: Scope) => boolean): Test => (element, scope) => !isObject(element) || test(element, scope)

const conditionClinical = 'http://terminology.hl7.org/CodeSystem/condition-clinical'
const conditionVerification = 'http://terminology.hl7.org/CodeSystem/condition-ver-status'
const allergyVerification = 'http://terminology.hl7.org/CodeSystem/allergyintolerance-verification'

const referenceType = (reference: unknown): string | undefined => {
  if (!isObject(reference)) return undefined
  const literal = typeof reference['reference'] === 'string' ? /(?:^|\/)([A-Z][A-Za-z]+)(?:\/[A-Za-z0-9\-.]+(?:\/_history\/[^/]+)?$|\?)/.exec(reference['reference'])?.[1] : undefined
  return literal ?? (typeof reference['type'] === 'string' ? reference['type'] : undefined)
}

const codings = (concept: unknown): Json[] => isObject(concept) ? items(concept, 'coding') : []
const atHome = (element: unknown): boolean => isObject(element) && element['use'] === 'home'

/** obs-7: a value beside a component that carries the same code would say one thing twice. */
const ownCodeInComponent = (observation: Json): boolean => {
  const own = new Set(codings(observation['code']).map((coding) => JSON.stringify([coding['system'], coding['version'], coding['code'], coding['display'], coding['userSelected']])))
  return items(observation, 'component').some((component) => codings(component['code']).some((coding) => own.has(JSON.stringify([coding['system'], coding['version'], coding['code'], coding['display'], coding['userSelected']]))))
}

export const resourceRules: Readonly<Record<string, Test>> = {
  'AllergyIntolerance ait-1': on((allergy) => hasCoding(allergy['verificationStatus'], allergyVerification, 'entered-in-error') || has(allergy, 'clinicalStatus')),
  'AllergyIntolerance ait-2': on((allergy) => !hasCoding(allergy['verificationStatus'], allergyVerification, 'entered-in-error') || !has(allergy, 'clinicalStatus')),
  'Appointment app-2': on((appointment) => has(appointment, 'start') === has(appointment, 'end')),
  'Appointment app-3': on((appointment) => (has(appointment, 'start') && has(appointment, 'end')) || ['proposed', 'cancelled', 'waitlist'].includes(appointment['status'] as string)),
  'Appointment app-4': on((appointment) => !has(appointment, 'cancelationReason') || ['no-show', 'cancelled'].includes(appointment['status'] as string)),
  'Appointment.participant app-1': on((participant) => hasAny(participant, 'type', 'actor')),
  'AppointmentResponse apr-1': on((response) => hasAny(response, 'participantType', 'actor')),
  'AuditEvent.entity sev-1': on((entity) => !has(entity, 'name') || !has(entity, 'query')),
  'CarePlan.activity cpl-3': on((activity) => !has(activity, 'detail') || !has(activity, 'reference')),
  'CareTeam.participant ctm-1': on((participant) => {
    if (!has(participant, 'onBehalfOf')) return true
    const type = referenceType(participant['member'])
    return type === undefined || type === 'Practitioner'
  }),
  'Composition.section cmp-1': on((section) => hasAny(section, 'text', 'entry', 'section')),
  'Composition.section cmp-2': on((section) => !has(section, 'emptyReason') || !has(section, 'entry')),
  'Condition con-4': on((condition) => !hasChoice(condition, 'abatement') || hasCoding(condition['clinicalStatus'], conditionClinical, 'resolved', 'remission', 'inactive')),
  'Condition con-5': on((condition) => !hasCoding(condition['verificationStatus'], conditionVerification, 'entered-in-error') || !has(condition, 'clinicalStatus')),
  'Condition.stage con-1': on((stage) => hasAny(stage, 'summary', 'assessment')),
  'Condition.evidence con-2': on((evidence) => hasAny(evidence, 'code', 'detail')),
  'Consent ppc-1': on((consent) => hasAny(consent, 'policy', 'policyRule')),
  'Consent ppc-2': on((consent) => has(consent, 'patient') || !hasCoding(consent['scope'], 'something', 'patient-privacy')),
  'Consent ppc-3': on((consent) => has(consent, 'patient') || !hasCoding(consent['scope'], 'something', 'research')),
  'Consent ppc-4': on((consent) => has(consent, 'patient') || !hasCoding(consent['scope'], 'something', 'adr')),
  'Consent ppc-5': on((consent) => has(consent, 'patient') || !hasCoding(consent['scope'], 'something', 'treatment')),
  'Goal.target gol-1': on((target) => !hasChoice(target, 'detail') || has(target, 'measure')),
  'Group grp-1': on((group) => !has(group, 'member') || group['actual'] === true),
  'List lst-1': on((list) => !has(list, 'emptyReason') || !has(list, 'entry')),
  'List lst-2': on((list) => list['mode'] === 'changes' || !items(list, 'entry').some((entry) => has(entry, 'deleted'))),
  'List lst-3': on((list) => list['mode'] === 'working' || !items(list, 'entry').some((entry) => has(entry, 'date'))),
  'MedicationAdministration.dosage mad-1': on((dosage) => has(dosage, 'dose') || hasChoice(dosage, 'rate')),
  'Observation obs-6': on((observation) => !has(observation, 'dataAbsentReason') || !hasChoice(observation, 'value')),
  'Observation obs-7': on((observation) => !hasChoice(observation, 'value') || !has(observation, 'component') || !ownCodeInComponent(observation)),
  'Observation.referenceRange obs-3': on((range) => hasAny(range, 'low', 'high', 'text')),
  'Organization org-1': on((organization) => hasAny(organization, 'identifier', 'name')),
  'Organization.telecom org-3': (telecom) => !atHome(telecom),
  'Organization.address org-2': (address) => !atHome(address),
  'Patient.contact pat-1': on((contact) => hasAny(contact, 'name', 'telecom', 'address', 'organization')),
  'QuestionnaireResponse.item qrs-1': on((item) => !has(item, 'answer') || !has(item, 'item')),
  'RequestGroup.action rqg-1': on((action) => has(action, 'resource') !== has(action, 'action')),
  'ServiceRequest prr-1': on((request) => !has(request, 'orderDetail') || has(request, 'code')),
  'Task inv-1': on((task) => inOrder(task['authoredOn'], task['lastModified'])),
  'ValueSet.compose.include vsd-1': on((include) => hasAny(include, 'valueSet', 'system')),
  'ValueSet.compose.include vsd-2': on((include) => !hasAny(include, 'concept', 'filter') || has(include, 'system')),
  'ValueSet.compose.include vsd-3': on((include) => !has(include, 'concept') || !has(include, 'filter')),
  'ValueSet.expansion.contains vsd-6': on((contains) => hasAny(contains, 'code', 'display')),
  'ValueSet.expansion.contains vsd-9': on((contains) => has(contains, 'code') || contains['abstract'] === true),
  'ValueSet.expansion.contains vsd-10': on((contains) => !has(contains, 'code') || has(contains, 'system'))
}
