/**
 * Which of the four languages the caller reads.
 * https://www.rfc-editor.org/rfc/rfc9110#field.accept-language
 */
import { preferredLanguage } from './preference.ts'

export const languages = ['en', 'fr', 'nl', 'de'] as const
export type Language = (typeof languages)[number]

/** English where the caller wants none of them. */
export const languageOf = (acceptLanguage: string | undefined): Language => {
  if (acceptLanguage === undefined) return 'en'
  const wanted = preferredLanguage(acceptLanguage, languages)
  return languages.find((language) => language === wanted) ?? 'en'
}
