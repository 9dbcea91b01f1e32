import t from 'tap'
import fc from 'fast-check'
import { parseJson, stringifyJson } from '../../src/fhir/json.ts'
import { copySources } from '../../src/fhir/json-source.ts'

const seed = Number(process.env['PSI_TEST_SEED'] ?? Date.now() % 2 ** 31)
t.comment(`seed ${seed}`)
const bytes = (text: string): Uint8Array => Buffer.from(text)
const roundTrip = (text: string): string => stringifyJson(parseJson(bytes(text)))

t.test('gives back decimals as they were written', async (t) => {
  for (const text of [
    '{"v":1.50}',
    '{"v":1.0}',
    '{"v":[1.10,2,3.00]}',
    '{"v":12345678901234567890}',
    '{"v":1e2,"w":-0}',
    '{"a":{"b":{"c":0.010}}}',
    '[1.0]'
  ]) {
    t.equal(roundTrip(text), text)
  }
})

t.test('forgets how a number was written once it has changed', async (t) => {
  const value = parseJson(bytes('{"a":1.50,"b":2.0}')) as { a: number; b: number }
  value.a = 3
  t.equal(stringifyJson(value), '{"a":3,"b":2.0}')
})

t.test('carries the written form to a copy of the same shape', async (t) => {
  const value = parseJson(bytes('{"a":{"b":1.50},"c":[{"d":2.0}]}'))
  const copy = structuredClone(value)
  copySources(value, copy)
  t.equal(stringifyJson(copy), '{"a":{"b":1.50},"c":[{"d":2.0}]}')
})

t.test('any JSON text without spaces comes back byte for byte', async () => {
  const decimal = fc
    .tuple(fc.integer({ min: 0, max: 10 ** 6 }), fc.stringMatching(/^[0-9]{1,6}$/))
    .map(([whole, fraction]) => `${whole}.${fraction}`)
  const name = fc
    .string()
    .filter(
      (text) =>
        !['__proto__', 'constructor', 'prototype'].includes(text) && !text.includes('\u0000')
    )
  const { json } = fc.letrec<{ json: string }>((tie) => ({
    json: fc.oneof(
      { maxDepth: 4 },
      decimal,
      fc.integer().map(String),
      fc.constantFrom('true', 'false', 'null'),
      name.map((text) => JSON.stringify(text)),
      fc.array(tie('json'), { maxLength: 4 }).map((items) => `[${items.join(',')}]`),
      fc
        .uniqueArray(fc.tuple(name, tie('json')), { selector: ([key]) => key, maxLength: 4 })
        // JavaScript orders integer-like names first, whoever wrote them where; no FHIR name is
        // one.
        .map((members) => members.filter(([key]) => !/^\d+$/.test(key)))
        .map(
          (members) =>
            `{${members.map(([key, value]) => `${JSON.stringify(key)}:${value}`).join(',')}}`
        )
    )
  }))
  fc.assert(
    fc.property(json, (text) => roundTrip(`{"r":${text}}`) === `{"r":${text}}`),
    { seed, numRuns: 500 }
  )
})

t.test('agrees with JSON.parse on what is JSON', async () => {
  fc.assert(
    fc.property(
      fc.json({ maxDepth: 3 }),
      fc.nat(),
      fc.constantFrom('', ',', '"', '}', '0', '\\', '-', '.'),
      (text, at, insert) => {
        const broken =
          text.slice(0, at % (text.length + 1)) + insert + text.slice(at % (text.length + 1))
        let expected: unknown
        try {
          expected = JSON.parse(broken)
        } catch {
          expected = undefined
        }
        let actual: unknown
        try {
          actual = parseJson(bytes(broken))
        } catch (error) {
          // Stricter than JSON.parse only for names twice, poisoned names, NUL and half characters.
          return (
            expected === undefined ||
            /there twice|no FHIR property|U\+0000|half a character|fits/.test(
              (error as Error).message
            )
          )
        }
        return JSON.stringify(actual) === JSON.stringify(expected)
      }
    ),
    { seed, numRuns: 500 }
  )
})

t.test('refuses what poisons objects, however it is spelt', async (t) => {
  for (const text of [
    '{"__proto__":{"x":1}}',
    '{"a":[{"\\u005f_proto__":1}]}',
    '{"constructor":{"prototype":{"x":1}}}',
    '{"a":1,"__proto__":1,"__proto__":2}'
  ]) {
    t.throws(() => parseJson(bytes(text)), { code: 'invalid', message: /no FHIR property/ }, text)
  }
  t.equal(({} as { x?: number }).x, undefined)
})

t.test('refuses a property that is there twice, and names it with its place', async (t) => {
  t.throws(() => parseJson(bytes('{"a":1,\n "a":2}')), {
    code: 'invalid',
    message: /"a", which is there twice at line 2, column 2/
  })
})

t.test('refuses NUL, wrong UTF-8 and broken JSON, and takes a byte order mark', async (t) => {
  t.throws(() => parseJson(bytes('{"a":"x\\u0000"}')), { code: 'invalid', message: /U\+0000/ })
  t.same(parseJson(bytes('{"a":"x\\\\u0000"}')), { a: 'x\\u0000' })
  t.throws(() => parseJson(Uint8Array.of(0x22, 0xff, 0x22)), { message: /UTF-8/ })
  t.throws(() => parseJson(bytes('{"a":1')), {
    message: /end of the JSON text at line 1, column 7, expected "," or "}"/
  })
  t.throws(() => parseJson(bytes('')), { message: /expected a JSON value/ })
  t.throws(() => parseJson(bytes('{"a":018}')), { code: 'invalid' })
  t.same(parseJson(Uint8Array.of(0xef, 0xbb, 0xbf, 0x7b, 0x7d)), {})
})

t.test('refuses half a character, and says where; pairs pass, escaped or not', async (t) => {
  for (const half of [
    '\\ud800',
    '\\uDBFF',
    '\\udc00',
    '\\uDFFFx',
    '\\ud83dx\\ude00',
    '\\ude00\\ud83d',
    '\\ud83d\\ud83d\\ude00'
  ]) {
    t.throws(
      () => parseJson(bytes(`{"name":\n [{"family":"a${half}"}]}`)),
      {
        code: 'invalid',
        message:
          /^Found half a character \(U\+D\S{3}\) in the string at line 2, column 13, expected surrogates in pairs/
      },
      half
    )
    t.throws(
      () => parseJson(bytes(`{"a${half}":1}`)),
      { code: 'invalid', message: /half a character/ },
      half
    )
  }
  t.same(parseJson(bytes('{"a":"\\ud83d\\uDE00","b":"😀","c":"\\\\ud800","d":"\\ud7ff\\ue000"}')), {
    a: '😀',
    b: '😀',
    c: '\\ud800',
    d: '\ud7ff\ue000'
  })
})

t.test('refuses deep nesting before it builds anything', async (t) => {
  const deep = bytes('['.repeat(500_000))
  const start = performance.now()
  t.throws(() => parseJson(deep), { code: 'invalid', message: /nested/ })
  t.ok(performance.now() - start < 50)
})
