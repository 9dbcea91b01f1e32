import fc from 'fast-check'
import t from 'tap'
import { decodeCursor, encodeCursor } from '../../src/exchange/cursor.ts'

const key = Buffer.alloc(32, 7)
const binding = { client: 'hospital', query: 'CarePlan?status=active' }
const keyset = [1711839600000, null, 'é', 42]

t.test('what goes in comes out, for any keyset', async () => {
  fc.assert(
    fc.property(
      fc.array(fc.oneof(fc.string(), fc.integer(), fc.constant(null)), { maxLength: 6 }),
      fc.string(),
      (set, client) => {
        const bound = { client, query: 'q' }
        return (
          JSON.stringify(decodeCursor(key, encodeCursor(key, { keyset: set, ...bound }), bound)) ===
          JSON.stringify(set)
        )
      }
    )
  )
})

t.test('another client, query or key, or any changed character, is refused alike', async (t) => {
  const cursor = encodeCursor(key, { keyset, ...binding })
  const refused = {
    name: 'FhirError',
    code: 'invalid',
    message: /was not made for this client and query/
  }
  t.throws(() => decodeCursor(key, cursor, { ...binding, client: 'clinic' }), refused)
  t.throws(() => decodeCursor(key, cursor, { ...binding, query: 'CarePlan?' }), refused)
  t.throws(() => decodeCursor(Buffer.alloc(32, 8), cursor, binding), refused)
  for (let at = 0; at < cursor.length; at++) {
    const changed = cursor.slice(0, at) + (cursor[at] === 'A' ? 'B' : 'A') + cursor.slice(at + 1)
    t.throws(() => decodeCursor(key, changed, binding), refused, `character ${at}`)
  }
  for (const text of [
    '',
    'x',
    'null',
    cursor.slice(1),
    cursor.slice(0, -8),
    `${cursor}AAAA`,
    `${cursor}=`
  ]) {
    t.throws(() => decodeCursor(key, text, binding), refused, text)
  }
})

t.test('neither content nor size of a keyset shows', async (t) => {
  const small = encodeCursor(key, { keyset: [1], ...binding })
  const large = encodeCursor(key, { keyset: [987654321], ...binding })
  t.equal(small.length, large.length)
  t.notOk(Buffer.from(large, 'base64url').includes('987654321'))
  t.equal(small, encodeCursor(key, { keyset: [1], ...binding }), 'the same page has the same link')
})
