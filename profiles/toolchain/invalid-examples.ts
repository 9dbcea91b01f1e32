/**
 * Examples that break exactly one rule each: a valid instance and what is done to it.
 * Named by the invariant, or by profile and element for a cardinality, slice, binding, target or context.
 */
type Json = any
export interface InvalidExample { readonly name: string, readonly base: string, readonly change: (resource: Json) => void }

const canonical = 'https://psy107.example/fhir/psi'
const code = (system: string, value: string): Json => ({ coding: [{ system: `${canonical}/CodeSystem/${system}`, code: value }] })
const extension = (element: Json, name: string): Json => element.extension.find(({ url }: Json) => url === name || url === `${canonical}/StructureDefinition/${name}`)
const without = (element: Json, name: string): void => { element.extension = element.extension.filter((each: Json) => each !== extension(element, name)) }
const member = (team: Json, reference: string): Json => team.participant.findLast((each: Json) => each.member.reference === reference)

const invariants: readonly InvalidExample[] = [
  { name: 'psi-inv-ssin', base: 'Patient/monsieur-x', change: (patient) => { patient.identifier[0].value = '86051299995' } },
  { name: 'psi-inv-nihdi', base: 'Organization/org-hopital', change: (organization) => { organization.identifier[1].value = '72000131000' } },
  { name: 'psi-inv-cbe', base: 'Organization/org-habitat', change: (organization) => { organization.identifier[0].value = '0000000296' } },
  { name: 'psi-inv-referent', base: 'CareTeam/team', change: (team) => { member(team, 'PractitionerRole/role-referent').role = [code('psi-cs-participant-role', 'partner')] } },
  {
    name: 'psi-inv-ref-prof',
    base: 'CareTeam/team',
    change: (team) => {
      member(team, 'PractitionerRole/role-referent').role = [code('psi-cs-participant-role', 'partner')]
      member(team, 'RelatedPerson/sister').role = [code('psi-cs-participant-role', 'referent')]
    }
  },
  { name: 'psi-inv-mandate', base: 'CareTeam/team', change: (team) => { without(extension(member(team, 'PractitionerRole/role-nurse'), 'psi-ext-mandate'), 'acknowledged') } },
  { name: 'psi-inv-user', base: 'CareTeam/team', change: (team) => { team.participant.shift() } },
  { name: 'psi-inv-chosen', base: 'CareTeam/team', change: (team) => { extension(member(team, 'RelatedPerson/sister'), 'psi-ext-chosen-by-user').valueBoolean = false } },
  { name: 'psi-inv-measure', base: 'Goal/goal-home', change: (goal) => { delete goal.target[0].detailQuantity } },
  { name: 'psi-inv-due', base: 'Goal/goal-home', change: (goal) => { delete goal.target[0].dueDate } },
  { name: 'psi-inv-order', base: 'Goal/goal-home', change: (goal) => { goal.startDate = '2027-01-01' } },
  { name: 'psi-inv-agree', base: 'CarePlan/plan', change: (plan) => { extension(extension(plan, 'psi-ext-user-agreement'), 'agreement').valueCode = 'refused' } },
  { name: 'psi-inv-full', base: 'CarePlan/plan', change: (plan) => { delete plan.careTeam } },
  { name: 'psi-inv-resp', base: 'CarePlan/plan', change: (plan) => { delete plan.activity[0].detail.performer } },
  { name: 'psi-inv-deadline', base: 'CarePlan/plan', change: (plan) => { delete plan.activity[0].detail.scheduledPeriod.end } },
  { name: 'psi-inv-review', base: 'CarePlan/plan', change: (plan) => { extension(plan, 'psi-ext-next-review').valueDate = '2027-03-01' } },
  { name: 'psi-inv-ppi', base: 'CarePlan/plan', change: (plan) => { plan.category.push(code('psi-cs-plan-type', 'ppi')) } },
  { name: 'psi-inv-present', base: 'Appointment/meeting-next', change: (meeting) => { meeting.participant[0].status = 'declined' } },
  { name: 'psi-inv-two', base: 'Appointment/meeting-next', change: (meeting) => { meeting.participant = meeting.participant.filter(({ actor }: Json) => !/role-(psychologist|gp)$/.test(actor.reference)) } },
  { name: 'psi-inv-deny', base: 'Consent/consent-x', change: (consent) => { consent.provision.type = 'permit' } },
  { name: 'psi-inv-typed', base: 'Consent/consent-x', change: (consent) => { delete consent.provision.provision[0].type } },
  { name: 'psi-inv-named', base: 'Consent/consent-x', change: (consent) => { delete consent.provision.provision[0].purpose } },
  { name: 'psi-inv-max', base: 'Consent/consent-x', change: (consent) => { consent.provision.provision[0].period.end = '2028-11-20' } }
]

const rules: readonly InvalidExample[] = [
  { name: 'psi-care-plan.category', base: 'CarePlan/plan', change: (plan) => { plan.category = [code('psi-cs-plan-type', 'concertation-plan')] } },
  { name: 'psi-care-plan.intent', base: 'CarePlan/plan', change: (plan) => { plan.intent = 'proposal' } },
  { name: 'psi-care-plan.description', base: 'CarePlan/plan', change: (plan) => { delete plan.description } },
  { name: 'psi-care-plan.period', base: 'CarePlan/plan', change: (plan) => { delete plan.period } },
  { name: 'psi-care-plan.subject', base: 'CarePlan/plan', change: (plan) => { plan.subject.reference = 'Group/residents' } },
  { name: 'psi-crisis-plan.category', base: 'CarePlan/crisis-plan', change: (plan) => { plan.category = [code('psi-cs-plan-type', 'psi')] } },
  { name: 'psi-crisis-plan.part-of', base: 'CarePlan/crisis-plan', change: (plan) => { delete plan.partOf } },
  { name: 'psi-crisis-plan.relapse-sign', base: 'CarePlan/crisis-plan', change: (plan) => { without(plan, 'psi-ext-relapse-sign'); without(plan, 'psi-ext-relapse-sign') } },
  { name: 'psi-goal.description', base: 'Goal/goal-home', change: (goal) => { goal.description = code('psi-cs-life-domain', 'housing') } },
  { name: 'psi-goal.expressed-by', base: 'Goal/goal-home', change: (goal) => { delete goal.expressedBy } },
  { name: 'psi-goal.start', base: 'Goal/goal-training', change: (goal) => { delete goal.startDate; goal.startCodeableConcept = { text: 'Bientôt' } } },
  { name: 'psi-careteam.subject', base: 'CareTeam/team', change: (team) => { delete team.subject } },
  { name: 'psi-consent.scope', base: 'Consent/consent-x', change: (consent) => { consent.scope.coding[0].code = 'treatment' } },
  { name: 'psi-consent.date-time', base: 'Consent/consent-x', change: (consent) => { delete consent.dateTime } },
  { name: 'psi-consent.policy-rule', base: 'Consent/consent-x', change: (consent) => { delete consent.policyRule; consent.policy = [{ uri: 'https://psy107.example/policy' }] } },
  { name: 'psi-consent.performer', base: 'Consent/consent-x', change: (consent) => { consent.performer = [{ reference: 'Organization/org-habitat' }] } },
  { name: 'psi-appointment.appointment-type', base: 'Appointment/meeting-next', change: (meeting) => { delete meeting.appointmentType } },
  { name: 'psi-referent-role.code', base: 'PractitionerRole/role-referent', change: (role) => { role.code = [{ text: 'Assistant social' }] } },
  { name: 'psi-referent-role.referent', base: 'PractitionerRole/role-referent', change: (role) => { role.code = [code('psi-cs-participant-role', 'partner')] } },
  { name: 'psi-referent-role.organization', base: 'PractitionerRole/role-referent', change: (role) => { delete role.organization } },
  { name: 'psi-related-person.relationship', base: 'RelatedPerson/sister', change: (person) => { delete person.relationship } },
  { name: 'psi-network-organization.type', base: 'Organization/org-ssm', change: (organization) => { organization.type = [code('psi-cs-org-type', 'school')] } },
  { name: 'psi-evaluation.code', base: 'Observation/evaluation-satisfaction', change: (evaluation) => { evaluation.code = code('psi-cs-gain', 'glory') } },
  { name: 'psi-evaluation.value', base: 'Observation/evaluation-satisfaction', change: (evaluation) => { delete evaluation.valueInteger } },
  { name: 'psi-meeting-report.category', base: 'DocumentReference/meeting-report', change: (report) => { report.category = [code('psi-cs-data-class', 'psi-core')] } },
  { name: 'psi-meeting-report.language', base: 'DocumentReference/meeting-report', change: (report) => { delete report.content[0].attachment.language } },
  { name: 'psi-meeting-report.related', base: 'DocumentReference/meeting-report', change: (report) => { delete report.context } },
  { name: 'psi-leaflet.language', base: 'DocumentReference/leaflet', change: (leaflet) => { delete leaflet.content[0].attachment.language } },
  { name: 'psi-ext-user-agreement.agreement', base: 'CarePlan/plan-draft', change: (plan) => { extension(extension(plan, 'psi-ext-user-agreement'), 'agreement').valueCode = 'maybe' } },
  { name: 'psi-ext-smart-review.criterion', base: 'Goal/goal-home', change: (goal) => { without(extension(goal, 'psi-ext-smart-review'), 'criterion') } },
  { name: 'psi-ext-chosen-by-user.context', base: 'CareTeam/team', change: (team) => { team.extension = [{ url: `${canonical}/StructureDefinition/psi-ext-chosen-by-user`, valueBoolean: true }] } }
]

export const invalidExamples: readonly InvalidExample[] = [...invariants, ...rules]
