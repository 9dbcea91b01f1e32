/** Purpose of use in a token, where IHE IUA puts it. https://profiles.ihe.net/ITI/IUA */
import type { JWTPayload } from 'jose'
import { purposeOfUseSystem } from '../../psi/purpose-of-use.ts'
import { anything, shapeOf } from '../../shape.ts'

const extensionShape = shapeOf<{
  readonly ihe_iua: { readonly purpose_of_use: readonly unknown[] }
}>({
  type: 'object',
  required: ['ihe_iua'],
  properties: {
    ihe_iua: {
      type: 'object',
      required: ['purpose_of_use'],
      properties: { purpose_of_use: { type: 'array', items: anything } }
    }
  }
})
const codingShape = shapeOf<{ readonly code: string; readonly system?: string }>({
  type: 'object',
  required: ['code'],
  properties: { code: { type: 'string' }, system: { type: 'string', nullable: true } }
})

export const purposeClaim = (code: string | undefined): object =>
  code === undefined
    ? {}
    : { extensions: { ihe_iua: { purpose_of_use: [{ system: purposeOfUseSystem, code }] } } }

/** What has another shape declares no purpose, and neither do codes of other systems. */
export const purposesIn = ({ extensions }: JWTPayload): readonly string[] =>
  extensionShape.fits(extensions)
    ? extensions.ihe_iua.purpose_of_use
        .filter(codingShape.fits)
        .filter(({ system }) => system === undefined || system === purposeOfUseSystem)
        .map(({ code }) => code)
    : []
