/**
 * The elements of a resource in R4's own types (@types/fhir). Only here is it asserted that a
 * resource holds what its type says, so ask of what the store gives or the validator has passed.
 * https://hl7.org/fhir/R4/resourcelist.html
 */
import { parseJson } from './json.ts'
import type { Resource, ResourceType } from './resource.ts'

/**
 * Any element may be absent, a required one too: R4 lets an extension stand in place of a
 * primitive. In a list that place is null. https://hl7.org/fhir/R4/json.html#primitive
 */
export type Elements<T> = T extends readonly (infer Item)[]
  ? readonly (Item extends object ? Elements<Item> : Item | null)[]
  : T extends object
    ? { readonly [Name in keyof T]?: Elements<Exclude<T[Name], undefined>> }
    : T

/** `ResourceOf<'CarePlan'>`: a CarePlan, and still a Resource for whoever does not care. */
export type ResourceOf<T extends ResourceType> = Resource &
  Elements<Extract<fhir4.FhirResource, { resourceType: T }>>

export const isOf = <T extends ResourceType>(
  type: T,
  resource: Resource
): resource is ResourceOf<T> => resource.resourceType === type

/** @throws Error when it is of another type: nobody goes on as if it were not there */
export const resourceAs = <T extends ResourceType>(type: T, resource: Resource): ResourceOf<T> => {
  if (isOf(type, resource)) return resource
  throw new Error(`Found a ${resource.resourceType}, expected a ${type}.`)
}

const decoder = new TextDecoder()

/** What the store keeps, to look into: numbers become doubles. */
export const storedResource = (json: Uint8Array): Resource =>
  JSON.parse(decoder.decode(json)) as Resource

/** The same to the digit: to hand out, or to change. */
export const wholeResource = (json: Uint8Array): Resource => parseJson(json) as Resource

/** What the store keeps under this type: to look into. */
export const storedAs = <T extends ResourceType>(type: T, json: Uint8Array): ResourceOf<T> =>
  resourceAs(type, storedResource(json))
