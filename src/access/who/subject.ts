/**
 * Whose data a resource is: a fixed table from type to element, never "any reference to a Patient"
 * (a patient who sits as a peer in another person's CareTeam must not inherit it).
 */
import { parseReference } from '../../fhir/reference.ts'
import type { Resource, ResourceId, ResourceType } from '../../fhir/resource.ts'

const subject = [
  'Account',
  'AdverseEvent',
  'Basic',
  'CarePlan',
  'CareTeam',
  'ChargeItem',
  'ClinicalImpression',
  'Communication',
  'CommunicationRequest',
  'Composition',
  'Condition',
  'DeviceRequest',
  'DeviceUseStatement',
  'DiagnosticReport',
  'DocumentManifest',
  'DocumentReference',
  'Encounter',
  'Flag',
  'Goal',
  'GuidanceResponse',
  'ImagingStudy',
  'Invoice',
  'List',
  'MeasureReport',
  'Media',
  'MedicationAdministration',
  'MedicationDispense',
  'MedicationRequest',
  'MedicationStatement',
  'Observation',
  'Procedure',
  'QuestionnaireResponse',
  'RequestGroup',
  'RiskAssessment',
  'ServiceRequest',
  'Specimen'
] as const satisfies readonly ResourceType[]
const patient = [
  'BodyStructure',
  'Claim',
  'ClaimResponse',
  'Consent',
  'CoverageEligibilityRequest',
  'CoverageEligibilityResponse',
  'DetectedIssue',
  'Device',
  'EpisodeOfCare',
  'ExplanationOfBenefit',
  'FamilyMemberHistory',
  'Immunization',
  'ImmunizationEvaluation',
  'ImmunizationRecommendation',
  'MolecularSequence',
  'NutritionOrder',
  'RelatedPerson',
  'SupplyDelivery',
  'VisionPrescription'
] as const satisfies readonly ResourceType[]

const elementOf: ReadonlyMap<string, readonly string[]> = new Map<string, readonly string[]>([
  ...subject.map((type) => [type, ['subject']] as const),
  ...patient.map((type) => [type, ['patient']] as const),
  ['Appointment', ['participant', 'actor']],
  ['AppointmentResponse', ['actor']],
  ['Coverage', ['beneficiary']],
  ['EnrollmentRequest', ['candidate']],
  ['ResearchSubject', ['individual']],
  ['Schedule', ['actor']],
  ['Task', ['for']]
])

const walk = (values: readonly unknown[], path: readonly string[]): readonly unknown[] => {
  const [step, ...rest] = path
  if (step === undefined) return values
  const next = values.flatMap((value) =>
    typeof value === 'object' && value !== null
      ? ((value as Record<string, unknown>)[step] ?? [])
      : []
  )
  return walk(next, rest)
}

/**
 * Patient records that this resource is about; [] when it is about none or names none by literal
 * reference.
 */
export const subjectsOf = (resource: Resource): readonly ResourceId[] => {
  if (resource.resourceType === 'Patient') {
    return resource.id === undefined ? [] : [resource.id as ResourceId]
  }
  const path = elementOf.get(resource.resourceType)
  if (path === undefined) return []
  const found = walk([resource], [...path, 'reference'])
    .map((text) => (typeof text === 'string' ? parseReference(text) : undefined))
    .flatMap((reference) => (reference?.type === 'Patient' ? [reference.id] : []))
  return [...new Set(found)]
}
