/** Compiled filters beside the naive store, and the numbers that creations bear. */
import fc from 'fast-check'
import { Query } from 'mingo'
import type { Test } from 'tap'
import type { IndexValues, Node } from '../../../src/search/query.ts'
import { compile, visible } from '../../../src/storage/mongo/search/compile.ts'
import type { Hops } from '../../../src/storage/mongo/search/compile.ts'
import { createCreationNumbers } from '../../../src/storage/mongo/commit/creation-number.ts'
import { resourceDocument } from '../../../src/storage/mongo/database/document.ts'
import { afterPrefix } from '../../../src/storage/mongo/database/index-values.ts'
import { matches } from '../naive/matches.ts'
import type { Entry } from '../naive/world.ts'
import { put, reference, system } from '../sample.ts'

const noHops: Hops = { matching: async () => [], referredTo: async () => [] }
const entryOf = (id: string, index: IndexValues): Entry => {
  const { stored, acl } = put(reference('CarePlan', id))
  const versions = { stored, index, acl }
  return { number: 1, ref: stored.ref, versions: [versions], current: versions }
}
const text = fc.constantFrom('', 'a', 'ab', 'b', 'a\u001fb', '.*', 'é', '😀', '\u001e')
const parameter = fc.constantFrom('CarePlan.x', 'CarePlan.y', 'CarePlan.x-y')
const moment = fc.integer({ min: 0, max: 20 })
const index: fc.Arbitrary<IndexValues> = fc.record({
  word: fc.array(
    fc.record({ parameter, code: text, system: text }, { requiredKeys: ['parameter', 'code'] }),
    { maxLength: 3 }
  ),
  link: fc.array(fc.record({ parameter, target: text }), { maxLength: 2 }),
  text: fc.array(fc.record({ parameter, value: text, exact: text }), { maxLength: 2 }),
  span: fc.array(fc.record({ parameter, lo: moment, hi: moment }), { maxLength: 2 })
})
const leaf: fc.Arbitrary<Node> = fc.oneof(
  fc.record(
    { kind: fc.constant('word' as const), parameter, code: text, system: text },
    { requiredKeys: ['kind', 'parameter'] }
  ),
  fc.record({
    kind: fc.constant('link' as const),
    parameter,
    targets: fc.array(text, { maxLength: 2 })
  }),
  fc.record({
    kind: fc.constant('text' as const),
    parameter,
    match: fc.constantFrom('prefix' as const, 'contains' as const, 'exact' as const),
    value: text
  }),
  fc.record(
    {
      kind: fc.constant('span' as const),
      parameter: fc.oneof(parameter, fc.constant('_lastUpdated')),
      loMin: moment,
      loMax: moment,
      hiMin: moment,
      hiMax: moment
    },
    { requiredKeys: ['kind', 'parameter'] }
  ),
  fc.record({
    kind: fc.constant('missing' as const),
    parameter,
    form: fc.constantFrom('word' as const, 'link' as const, 'text' as const, 'span' as const)
  })
)
const node: fc.Arbitrary<Node> = fc.letrec<{ node: Node }>((tie) => ({
  node: fc.oneof(
    { maxDepth: 3 },
    leaf,
    fc.record({
      kind: fc.constantFrom('and' as const, 'or' as const),
      nodes: fc.array(tie('node'), { maxLength: 3 })
    }),
    fc.record({ kind: fc.constant('not' as const), node: tie('node') })
  )
})).node

const compiledFilters = (t: Test): void => {
  t.test('a compiled filter under mingo matches what the naive store matches', async () => {
    await fc.assert(
      fc.asyncProperty(index, node, async (index, node) => {
        const entry = entryOf('one', index)
        const document = resourceDocument({ ...put(reference('CarePlan', 'one')), index }, 1, 1)
        const expected = matches(node, entry, [entry])
        const found = new Query(
          visible('CarePlan', system, [await compile(node, 'CarePlan', noHops)])
        ).test({ ...document })
        if (found !== expected) throw new Error(`mingo says ${found}, naive says ${expected}`)
      }),
      { numRuns: 400 }
    )
  })
}

export const filterTests = (t: Test): void => {
  t.test('filters', async (t) => {
    compiledFilters(t)

    t.test(
      'the first string after a prefix is the bound of its range, beyond U+FFFF too',
      async (t) => {
        for (const [prefix, after] of [
          ['a', 'b'],
          ['\ud7ff', '\ue000'],
          ['x\u{10ffff}', 'y'],
          ['\uffff', '\u{10000}']
        ] as const) {
          t.equal(afterPrefix(prefix), after)
        }
        t.throws(() => afterPrefix('\u{10ffff}'))
      }
    )
  })

  t.test(
    'creation numbers grow even when the clock stands or goes back, and stay exact',
    async (t) => {
      let clock = Date.UTC(2057, 0, 1)
      const numbers = createCreationNumbers({ now: () => clock, slot: 65 })
      let last = 0
      for (let n = 0; n < 1000; n++) {
        if (n === 500) clock -= 300_000
        const next = numbers.next()
        if (next <= last || !Number.isSafeInteger(next) || next % 64 !== 1) {
          t.fail(`${next} after ${last}`)
        }
        last = next
      }
      numbers.seen(last + 1_000_000)
      t.ok(numbers.next() > last + 1_000_000)
      const other = createCreationNumbers({ now: () => clock, slot: 2 })
      t.not(
        other.next(),
        createCreationNumbers({ now: () => clock, slot: 3 }).next(),
        'two processes in one millisecond differ'
      )
    }
  )
}
