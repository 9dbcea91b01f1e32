/**
 * All that this server knows of a resource type by heart, one record a type. What a consent calls
 * it stands in psi/, what the standard says of it in definitions/.
 */

export interface TypeFacts {
  /**
   * `directory`: who works where. `conformance`: definitions, the same for every caller. `journal`:
   * the server's own. `transient`: only travels. Absent: data.
   */
  readonly group?: 'directory' | 'conformance' | 'journal' | 'transient'
  /**
   * Path of the reference to the Patient whose data it is; `id`: its own. Never "any reference to a
   * Patient": a peer in another person's CareTeam must not inherit it.
   */
  readonly person?: string
  /** Path of the references to what it is about, which tells whose data it is. */
  readonly follows?: string
  /**
   * Why `person` is no parameter of R4's Patient compartment, or is absent where that has one.
   * https://hl7.org/fhir/R4/compartmentdefinition-patient.html
   */
  readonly unlikeR4?: string
  /** It is never deleted; the status that ends it instead. */
  readonly endedBy?: string
  /**
   * Several teams write it, so a change by id needs If-Match: nobody overwrites what they have not
   * seen.
   */
  readonly versioned?: true
}

/** Names every type, so that none is forgotten. */
const record = {
  Account: { person: 'subject' },
  ActivityDefinition: {},
  AdverseEvent: { person: 'subject' },
  AllergyIntolerance: { person: 'patient' },
  Appointment: { person: 'participant.actor' },
  AppointmentResponse: { person: 'actor' },
  AuditEvent: {
    group: 'journal',
    unlikeR4: 'the journal has its own rule of who reads which entry'
  },
  Basic: { person: 'subject' },
  Binary: {},
  BiologicallyDerivedProduct: {},
  BodyStructure: { person: 'patient' },
  Bundle: {},
  CapabilityStatement: { group: 'conformance' },
  CarePlan: { person: 'subject', endedBy: 'revoked or entered-in-error', versioned: true },
  CareTeam: { person: 'subject', versioned: true },
  CatalogEntry: {},
  ChargeItem: { person: 'subject' },
  ChargeItemDefinition: {},
  Claim: { person: 'patient' },
  ClaimResponse: { person: 'patient' },
  ClinicalImpression: { person: 'subject' },
  CodeSystem: { group: 'conformance' },
  Communication: { person: 'subject' },
  CommunicationRequest: { person: 'subject' },
  CompartmentDefinition: { group: 'conformance' },
  Composition: { person: 'subject' },
  ConceptMap: { group: 'conformance' },
  Condition: { person: 'subject' },
  Consent: { person: 'patient', endedBy: 'inactive', versioned: true },
  Contract: {},
  Coverage: { person: 'beneficiary' },
  CoverageEligibilityRequest: { person: 'patient' },
  CoverageEligibilityResponse: { person: 'patient' },
  DetectedIssue: { person: 'patient' },
  Device: { person: 'patient', unlikeR4: 'an implant or a lent device tells of who bears it' },
  DeviceDefinition: {},
  DeviceMetric: {},
  DeviceRequest: { person: 'subject' },
  DeviceUseStatement: { person: 'subject' },
  DiagnosticReport: { person: 'subject' },
  DocumentManifest: { person: 'subject' },
  DocumentReference: { person: 'subject' },
  EffectEvidenceSynthesis: {},
  Encounter: { person: 'subject' },
  Endpoint: { group: 'directory' },
  EnrollmentRequest: { person: 'candidate' },
  EnrollmentResponse: {},
  EpisodeOfCare: { person: 'patient' },
  EventDefinition: {},
  Evidence: {},
  EvidenceVariable: {},
  ExampleScenario: { group: 'conformance' },
  ExplanationOfBenefit: { person: 'patient' },
  FamilyMemberHistory: { person: 'patient' },
  Flag: { person: 'subject' },
  Goal: { person: 'subject', versioned: true },
  GraphDefinition: { group: 'conformance' },
  Group: {
    unlikeR4: 'of many people, none of whom may learn of the others: its house alone reads it'
  },
  GuidanceResponse: { person: 'subject', unlikeR4: 'advice on one person, missing in R4' },
  HealthcareService: { group: 'directory' },
  ImagingStudy: { person: 'subject' },
  Immunization: { person: 'patient' },
  ImmunizationEvaluation: { person: 'patient' },
  ImmunizationRecommendation: { person: 'patient' },
  ImplementationGuide: { group: 'conformance' },
  InsurancePlan: {},
  Invoice: { person: 'subject' },
  Library: {},
  Linkage: {},
  List: { person: 'subject' },
  Location: { group: 'directory' },
  Measure: {},
  MeasureReport: { person: 'subject' },
  Media: { person: 'subject' },
  Medication: {},
  MedicationAdministration: { person: 'subject' },
  MedicationDispense: { person: 'subject' },
  MedicationKnowledge: {},
  MedicationRequest: { person: 'subject' },
  MedicationStatement: { person: 'subject' },
  MedicinalProduct: {},
  MedicinalProductAuthorization: {},
  MedicinalProductContraindication: {},
  MedicinalProductIndication: {},
  MedicinalProductIngredient: {},
  MedicinalProductInteraction: {},
  MedicinalProductManufactured: {},
  MedicinalProductPackaged: {},
  MedicinalProductPharmaceutical: {},
  MedicinalProductUndesirableEffect: {},
  MessageDefinition: { group: 'conformance' },
  MessageHeader: {},
  MolecularSequence: { person: 'patient' },
  NamingSystem: { group: 'conformance' },
  NutritionOrder: { person: 'patient' },
  Observation: { person: 'subject' },
  ObservationDefinition: {},
  OperationDefinition: { group: 'conformance' },
  OperationOutcome: {},
  Organization: { group: 'directory' },
  OrganizationAffiliation: { group: 'directory' },
  Parameters: { group: 'transient' },
  Patient: {
    person: 'id',
    unlikeR4: 'the record itself: one that is linked is opened by its own consents'
  },
  PaymentNotice: {},
  PaymentReconciliation: {},
  Person: {
    unlikeR4: 'ties records of one person together, in other houses too: its house alone reads it'
  },
  PlanDefinition: {},
  Practitioner: { group: 'directory' },
  PractitionerRole: { group: 'directory' },
  Procedure: { person: 'subject' },
  Provenance: { follows: 'target', unlikeR4: 'its targets tell, whatever they are about' },
  Questionnaire: {},
  QuestionnaireResponse: { person: 'subject' },
  RelatedPerson: { person: 'patient' },
  RequestGroup: { person: 'subject' },
  ResearchDefinition: {},
  ResearchElementDefinition: {},
  ResearchStudy: {},
  ResearchSubject: { person: 'individual' },
  RiskAssessment: { person: 'subject' },
  RiskEvidenceSynthesis: {},
  Schedule: { person: 'actor' },
  SearchParameter: { group: 'conformance' },
  ServiceRequest: { person: 'subject' },
  Slot: {},
  Specimen: { person: 'subject' },
  SpecimenDefinition: {},
  StructureDefinition: { group: 'conformance' },
  StructureMap: { group: 'conformance' },
  Subscription: {},
  Substance: {},
  SubstanceNucleicAcid: {},
  SubstancePolymer: {},
  SubstanceProtein: {},
  SubstanceReferenceInformation: {},
  SubstanceSourceMaterial: {},
  SubstanceSpecification: {},
  SupplyDelivery: { person: 'patient' },
  SupplyRequest: { person: 'deliverTo' },
  Task: { person: 'for', unlikeR4: 'work on one person, missing in R4' },
  TerminologyCapabilities: { group: 'conformance' },
  TestReport: {},
  TestScript: {},
  ValueSet: { group: 'conformance' },
  VerificationResult: {},
  VisionPrescription: { person: 'patient' }
} as const satisfies Readonly<Record<fhir4.FhirResource['resourceType'], TypeFacts>>

// Not of @types/fhir: whoever imports this package would need it for its declarations.
export type ResourceType = keyof typeof record

const facts: ReadonlyMap<string, TypeFacts> = new Map(Object.entries(record))
const nothing: TypeFacts = {}

/** Nothing is known of what is no type. */
export const factsOfType = (type: string): TypeFacts => facts.get(type) ?? nothing

/** Types of which `holds` is true, in the order of their names. */
export const typesThat = (holds: (of: TypeFacts) => boolean): readonly ResourceType[] =>
  [...facts].filter(([, of]) => holds(of)).map(([type]) => type as ResourceType)

export const isDirectory = (type: ResourceType): boolean => factsOfType(type).group === 'directory'
export const isConformance = (type: ResourceType): boolean =>
  factsOfType(type).group === 'conformance'
export const isJournal = (type: ResourceType): boolean => factsOfType(type).group === 'journal'
/** No client writes it. */
export const isReadOnly = (type: ResourceType): boolean => isJournal(type) || isConformance(type)
/** It can neither be stored nor asked for. https://hl7.org/fhir/R4/parameters.html */
export const isTransient = (type: ResourceType): boolean => factsOfType(type).group === 'transient'
