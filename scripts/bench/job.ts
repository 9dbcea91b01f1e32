/**
 * What the bench asks of its load generator, and what it hears back; both cross a process boundary.
 */

export interface PreparedRequest {
  readonly method: 'GET' | 'POST' | 'PUT'
  readonly path: string
  readonly body?: string
  readonly status: number
}

export type Work =
  /** Each request once, in order, by whichever caller is free. */
  | {
      readonly kind: 'once'
      readonly requests: readonly PreparedRequest[]
      readonly keepBodies: boolean
    }
  /** The requests again and again, each caller from another place in the list. */
  | {
      readonly kind: 'loop'
      readonly requests: readonly PreparedRequest[]
      readonly milliseconds: number
    }
  /** Create, read, update with If-Match, delete; one resource after the other. */
  | {
      readonly kind: 'crud'
      readonly resources: readonly { readonly type: string; readonly json: string }[]
      readonly milliseconds: number
    }

export interface Job {
  readonly host: string
  readonly port: number
  readonly base: string
  readonly token?: string
  readonly callers: number
  readonly work: Work
}

export interface JobResult {
  readonly requests: number
  readonly seconds: number
  readonly medianMs: number
  readonly p99Ms: number
  /** Answers 503 that were sent again after their Retry-After. */
  readonly retries: number
  /** With one caller in the order of the requests. */
  readonly bodies: readonly string[]
}
