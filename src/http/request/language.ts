/**
 * Which of the four languages the caller reads.
 * https://www.rfc-editor.org/rfc/rfc9110#field.accept-language
 */

export const languages = ['en', 'fr', 'nl', 'de'] as const
export type Language = (typeof languages)[number]

const isLanguage = (text: string): text is Language =>
  (languages as readonly string[]).includes(text)

/** More is not read. */
const longest = 1000

interface Wish {
  readonly tag: string
  readonly weight: number
}

const wishIn = (part: string): Wish => {
  const [tag = '', ...parameters] = part.split(';').map((text) => text.trim().toLowerCase())
  const weight = parameters.find((text) => text.startsWith('q='))
  return { tag, weight: weight === undefined ? 1 : Number(weight.slice(2)) || 0 }
}

export const languageOf = (acceptLanguage: string | undefined): Language => {
  if (acceptLanguage === undefined) return 'en'
  const wishes = acceptLanguage
    .slice(0, longest)
    .split(',')
    .map(wishIn)
    .filter(({ weight }) => weight > 0)
    .sort((a, b) => b.weight - a.weight)
  for (const { tag } of wishes) {
    const primary = tag.split('-', 1)[0] ?? ''
    if (isLanguage(primary)) return primary
  }
  return 'en'
}
