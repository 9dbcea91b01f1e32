/** Headers of every answer: nothing is cached, nothing is guessed, nothing tells what runs here. */

export const answerHeaders: Readonly<Record<string, string>> = {
  'cache-control': 'no-store',
  vary: 'Authorization, Accept, Accept-Language, Prefer',
  'x-content-type-options': 'nosniff',
  'content-security-policy': "default-src 'none'; frame-ancestors 'none'; sandbox",
  'referrer-policy': 'no-referrer'
}

/** What a caller may choose as its request id: it comes back in a header and goes into logs. */
const requestId = /^[A-Za-z0-9\-._]{1,64}$/

export const requestIdOf = (sent: unknown, newId: () => string): string =>
  typeof sent === 'string' && requestId.test(sent) ? sent : newId()
