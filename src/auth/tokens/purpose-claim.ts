/** Purpose of use in a token, where IHE IUA puts it. https://profiles.ihe.net/ITI/IUA */
import type { JWTPayload } from 'jose'
import { purposeOfUseSystem } from '../../psi/purpose-of-use.ts'

interface PurposeExtension {
  readonly ihe_iua?: { readonly purpose_of_use?: unknown }
}

export const purposeClaim = (code: string | undefined): object =>
  code === undefined
    ? {}
    : { extensions: { ihe_iua: { purpose_of_use: [{ system: purposeOfUseSystem, code }] } } }

export const purposesIn = (payload: JWTPayload): readonly string[] => {
  const listed = (payload['extensions'] as PurposeExtension | undefined)?.ihe_iua?.purpose_of_use
  if (!Array.isArray(listed)) return []
  return listed.flatMap((coding: unknown) => {
    const { system, code } = (coding ?? {}) as {
      readonly system?: unknown
      readonly code?: unknown
    }
    return typeof code === 'string' && (system === undefined || system === purposeOfUseSystem)
      ? [code]
      : []
  })
}
