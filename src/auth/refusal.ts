/** Why a credential was refused, for the log alone: the caller is never told. */
import { quote } from '../shape.ts'
import type { Shape } from '../shape.ts'

export class Refusal extends Error {
  override readonly name = 'Refusal'
}

/**
 * Claims or header as their shape tells.
 * @param whose `the token's `
 * @throws Refusal
 */
export const expectShape = <T>(shape: Shape<T>, value: unknown, whose: string): T => {
  const { value: fitting, problems } = shape.judge(value, whose)
  if (problems !== undefined) throw new Refusal(problems.join('; '))
  return fitting
}

/** The reason in one sentence, whatever was thrown. */
export const reasonOf = (error: unknown): string =>
  error instanceof Error ? error.message : quote(error)
