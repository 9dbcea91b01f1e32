/** What is read and written: JSON. https://hl7.org/fhir/R4/http.html#mime-type */
import { FhirError } from '../../fhir/fhir-error.ts'

export const fhirJson = 'application/fhir+json'
const plainJson = 'application/json'
export const jsonPatch = 'application/json-patch+json'
export const form = 'application/x-www-form-urlencoded'

const jsonFormats: ReadonlySet<string> = new Set(['json', fhirJson, plainJson, 'text/json'])
/** R4 as `fhirVersion` names it. */
const fhirVersions: ReadonlySet<string> = new Set(['4.0', '4.0.1'])

interface MediaType {
  readonly type: string
  readonly parameters: ReadonlyMap<string, string>
}

const mediaTypeIn = (text: string): MediaType => {
  const [type = '', ...rest] = text.split(';').map((part) => part.trim())
  const parameters = rest.map((part): [string, string] => {
    const at = part.indexOf('=')
    return [
      part.slice(0, at).trim().toLowerCase(),
      part
        .slice(at + 1)
        .trim()
        .replace(/^"(.*)"$/, '$1')
    ]
  })
  return { type: type.toLowerCase(), parameters: new Map(parameters) }
}

const fhirVersionFits = ({ parameters }: MediaType): boolean =>
  fhirVersions.has(parameters.get('fhirversion') ?? '4.0')

const notAcceptable = (found: string): FhirError =>
  new FhirError(
    'not-acceptable',
    `Found ${found}, expected ${fhirJson} or ${plainJson} (FHIR 4.0); ask for one of them with Accept or _format.`
  )

const answers = new Map([
  ['*/*', fhirJson],
  ['application/*', fhirJson],
  [fhirJson, fhirJson],
  [plainJson, plainJson],
  ['text/json', plainJson]
])
const weightOf = ({ parameters }: MediaType): number => Number(parameters.get('q') ?? '1') || 0

/** @returns media type of the answer. @throws FhirError not-acceptable */
export const negotiate = (accept: string | undefined, format: string | undefined): string => {
  if (format !== undefined) {
    const asked = mediaTypeIn(format.replace(' ', '+')) // an unescaped + in a query is a space
    if (!jsonFormats.has(asked.type) || !fhirVersionFits(asked)) {
      throw notAcceptable(`_format=${format}`)
    }
    return fhirJson
  }
  if (accept === undefined || accept === '*/*' || accept === fhirJson) return fhirJson
  const wishes = accept
    .slice(0, 1000)
    .split(',')
    .map(mediaTypeIn)
    .filter((wish) => answers.has(wish.type) && weightOf(wish) > 0 && fhirVersionFits(wish))
  const best = wishes.sort((a, b) => weightOf(b) - weightOf(a))[0]
  const answer = best === undefined ? undefined : answers.get(best.type)
  if (answer === undefined) throw notAcceptable(`Accept: ${accept}`)
  return answer
}

/** Bodies that an interaction takes. */
export const resourceBodies: readonly string[] = [fhirJson, plainJson, 'text/json']
export const patchBodies: readonly string[] = [jsonPatch]
export const formBodies: readonly string[] = [form]

/** @throws FhirError unsupported-media-type */
export const checkContentType = (
  contentType: string | undefined,
  accepted: readonly string[]
): void => {
  const found = mediaTypeIn(contentType ?? '')
  const charset = found.parameters.get('charset')?.toLowerCase() ?? 'utf-8'
  if (
    accepted.includes(found.type) &&
    (charset === 'utf-8' || charset === 'utf8') &&
    fhirVersionFits(found)
  ) {
    return
  }
  throw new FhirError(
    'unsupported-media-type',
    `Found ${contentType === undefined ? 'no Content-Type' : `Content-Type: ${contentType}`}, expected ${accepted.join(' or ')} in UTF-8${accepted === patchBodies ? '' : ' (FHIR 4.0)'}; set the header and encode the body so.`
  )
}

/** A compressed body could grow a thousandfold. @throws FhirError unsupported-media-type */
export const checkContentEncoding = (encoding: string | undefined): void => {
  if (encoding === undefined || encoding.toLowerCase() === 'identity') return
  throw new FhirError(
    'unsupported-media-type',
    `Found Content-Encoding: ${encoding}, expected none; send the body uncompressed.`
  )
}
