/** Why a credential was refused, for the log alone: the caller is never told. */

export class Refusal extends Error {
  override readonly name = 'Refusal'
}

/** Values from a token may hold anything: quoted, shortened, control characters escaped. */
export const quote = (value: unknown): string => {
  const text = JSON.stringify(value) ?? 'nothing'
  return text.length > 120 ? `${text.slice(0, 120)}…` : text
}

/** The reason in one sentence, whatever was thrown. */
export const reasonOf = (error: unknown): string =>
  error instanceof Error ? error.message : quote(error)
