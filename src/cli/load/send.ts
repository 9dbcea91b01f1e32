/**
 * One line of a load as one request, safe to repeat: transactions carry an Idempotency-Key, single
 * resources go in a transaction of one.
 */
import type { Connection } from '../connection.ts'

interface Entry {
  readonly resource?: { readonly resourceType?: string }
  readonly request?: { readonly method?: string; readonly url?: string }
}
export interface Bundle {
  readonly resourceType: 'Bundle'
  readonly type: string
  readonly entry?: readonly Entry[]
}

export type Outcome =
  | { readonly kind: 'loaded'; readonly counts: ReadonlyMap<string, number> }
  | { readonly kind: 'failed'; readonly status: number; readonly reason: string }

const asBundle = (value: { readonly resourceType?: string; readonly type?: string }): Bundle =>
  value.resourceType === 'Bundle' && (value.type === 'transaction' || value.type === 'batch')
    ? (value as Bundle)
    : {
        resourceType: 'Bundle',
        type: 'transaction',
        entry: [{ resource: value, request: { method: 'POST', url: value.resourceType ?? '' } }]
      }

const reasonOf = (text: string): string => {
  try {
    const { issue = [] } = JSON.parse(text) as {
      issue?: { diagnostics?: string; expression?: string[] }[]
    }
    return (
      issue
        .slice(0, 3)
        .map(
          ({ diagnostics, expression }) =>
            `${expression?.[0] === undefined ? '' : `${expression[0]}: `}${diagnostics ?? ''}`
        )
        .join(' · ') || text.slice(0, 200)
    )
  } catch {
    return text.slice(0, 200)
  }
}

interface BatchAnswer {
  readonly entry?: readonly { readonly response?: { readonly status?: string } }[]
}
const failedEntries = (answer: BatchAnswer): number =>
  (answer.entry ?? []).filter(({ response }) => !/^[23]/.test(response?.status ?? '')).length

/** @param key the same for the same line of the same file */
export const send = async (connection: Connection, text: string, key: string): Promise<Outcome> => {
  let bundle: Bundle
  try {
    bundle = asBundle(JSON.parse(text) as object)
  } catch (error) {
    return {
      kind: 'failed',
      status: 0,
      reason: `Found a line that is not JSON (${(error as Error).message}), expected one resource or Bundle.`
    }
  }
  const body =
    text.startsWith('{"resourceType":"Bundle"') && bundle.type === 'transaction'
      ? text
      : JSON.stringify(bundle)
  const answer = await connection.request('POST', '', {
    body,
    headers: { prefer: 'return=minimal', 'idempotency-key': key }
  })
  if (answer.status !== 200) {
    return { kind: 'failed', status: answer.status, reason: reasonOf(answer.text) }
  }
  const failed = bundle.type === 'batch' ? failedEntries(answer.json() as BatchAnswer) : 0
  if (failed > 0) {
    return {
      kind: 'failed',
      status: 200,
      reason: `${String(failed)} entries of the batch were refused`
    }
  }
  const counts = new Map<string, number>()
  for (const { resource, request } of bundle.entry ?? []) {
    const type = resource?.resourceType ?? request?.url?.split(/[/?]/)[0] ?? ''
    counts.set(type, (counts.get(type) ?? 0) + 1)
  }
  return { kind: 'loaded', counts }
}
