/** What is read and written: JSON. https://hl7.org/fhir/R4/http.html#mime-type */
import { FhirError } from '../../fhir/fhir-error.ts'
import { preferredType } from './preference.ts'

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

/** What an answer may be called, with every parameter that a client may name beside it. */
const versions = ['', ...[...fhirVersions].map((version) => `;fhirVersion=${version}`)]
const answers: ReadonlyMap<string, string> = new Map(
  [
    [fhirJson, fhirJson],
    [plainJson, plainJson],
    ['text/json', plainJson]
  ].flatMap(([name = '', answer = '']) =>
    versions.flatMap((version) =>
      ['', ';charset=utf-8'].map((charset) => [name + version + charset, answer] as const)
    )
  )
)
const named = [...answers.keys()]
const bare = named.filter((name) => !name.includes(';'))

/** @returns media type of the answer. @throws FhirError not-acceptable */
export const negotiate = (accept: string | undefined, format: string | undefined): string => {
  if (format !== undefined) {
    const asked = mediaTypeIn(format.replace(' ', '+')) // an unescaped + in a query is a space
    if (!jsonFormats.has(asked.type) || !fhirVersionFits(asked)) {
      throw notAcceptable(`_format=${format}`)
    }
    return fhirJson
  }
  if (accept === undefined || accept === '*/*') return fhirJson
  const best = answers.has(accept)
    ? accept
    : preferredType(accept, /fhirversion|charset/i.test(accept) ? named : bare)
  const answer = answers.get(best ?? '')
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
