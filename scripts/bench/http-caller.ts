/**
 * One keep-alive connection with one request in flight: the least that a caller can cost, so that
 * the load generator takes little of the machine.
 */
import { connect } from 'node:net'
import type { Socket } from 'node:net'

export interface Answer {
  readonly status: number
  readonly head: string
  readonly body: Buffer
}
export interface HttpCaller {
  readonly send: (method: string, path: string, headers: string, body?: string) => Promise<Answer>
  readonly close: () => void
}

/** @throws when the connection breaks: a failed request fails the bench */
export const openCaller = async (host: string, port: number): Promise<HttpCaller> => {
  const socket = await connected(host, port)
  let received: Buffer = Buffer.alloc(0)
  let waiting: { resolve: (answer: Answer) => void; reject: (error: Error) => void } | undefined
  const fail = (error: Error): void => {
    waiting?.reject(error)
    waiting = undefined
  }
  socket.on('data', (chunk) => {
    received = received.length === 0 ? chunk : Buffer.concat([received, chunk])
    const found = readAnswer(received)
    if (found === undefined || waiting === undefined) return
    received = found.rest
    const { resolve } = waiting
    waiting = undefined
    resolve(found.answer)
  })
  socket.on('error', fail)
  socket.on('close', () => {
    fail(new Error('the server closed the connection'))
  })
  return {
    send: async (method, path, headers, body) =>
      await new Promise((resolve, reject) => {
        waiting = { resolve, reject }
        const length = body === undefined ? '' : `Content-Length: ${Buffer.byteLength(body)}\r\n`
        socket.write(
          `${method} ${path} HTTP/1.1\r\nHost: ${host}:${port}\r\n${headers}${length}\r\n${body ?? ''}`
        )
      }),
    close: () => {
      socket.destroy()
    }
  }
}

const connected = async (host: string, port: number): Promise<Socket> =>
  await new Promise((resolve, reject) => {
    const socket = connect({ host, port, noDelay: true }, () => {
      socket.removeListener('error', reject)
      resolve(socket)
    })
    socket.once('error', reject)
  })

const endOfHead = Buffer.from('\r\n\r\n')

/** Undefined while the answer is incomplete. https://www.rfc-editor.org/rfc/rfc9112#section-6 */
const readAnswer = (
  bytes: Buffer
): { readonly answer: Answer; readonly rest: Buffer } | undefined => {
  const end = bytes.indexOf(endOfHead)
  if (end < 0) return undefined
  const head = bytes.toString('latin1', 0, end)
  const status = Number(head.slice(9, 12))
  const start = end + 4
  const length = /\r\ncontent-length: *(\d+)/i.exec(head)?.[1]
  if (length === undefined && /\r\ntransfer-encoding: *chunked/i.test(head)) {
    return readChunks(bytes, start, status, head)
  }
  const stop = start + Number(length ?? 0)
  if (bytes.length < stop) return undefined
  return { answer: { status, head, body: bytes.subarray(start, stop) }, rest: bytes.subarray(stop) }
}

const readChunks = (
  bytes: Buffer,
  from: number,
  status: number,
  head: string
): { readonly answer: Answer; readonly rest: Buffer } | undefined => {
  const parts: Buffer[] = []
  let at = from
  for (;;) {
    const line = bytes.indexOf('\r\n', at)
    if (line < 0) return undefined
    const size = parseInt(bytes.toString('latin1', at, line), 16)
    const start = line + 2
    if (bytes.length < start + size + 2) return undefined
    if (size === 0) {
      return {
        answer: { status, head, body: Buffer.concat(parts) },
        rest: bytes.subarray(start + 2)
      }
    }
    parts.push(bytes.subarray(start, start + size))
    at = start + size + 2
  }
}

export const headerOf = (answer: Answer, name: string): string | undefined =>
  new RegExp(`\\r\\n${name}: *([^\\r]*)`, 'i').exec(answer.head)?.[1]
