/** What a validator of our definitions says, and minimal resources to say it of. */
import { loadDefinitions } from '../../src/definitions/load.ts'
import type { Resource, ResourceType } from '../../src/fhir/resource.ts'
import { createValidator } from '../../src/validation/validator.ts'

const validate = createValidator(loadDefinitions())
export const check = (resource: unknown, type?: ResourceType) =>
  validate(resource, type ?? (resource as Resource).resourceType)
export const errors = (resource: unknown, type?: ResourceType) =>
  check(resource, type).filter(({ severity }) => severity === 'error' || severity === 'fatal')
export const first = (resource: unknown, type?: ResourceType) =>
  errors(resource, type)[0] ?? { code: 'none', expression: '', diagnostics: '' }

export const plan = {
  resourceType: 'CarePlan',
  status: 'active',
  intent: 'plan',
  subject: { reference: 'Patient/1' }
} as const
export const patient = { resourceType: 'Patient' } as const
