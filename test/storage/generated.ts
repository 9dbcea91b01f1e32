/** Generated worlds, and questions about them. */
import fc from 'fast-check'
import type { ResourceId, ResourceType } from '../../src/fhir/resource.ts'
import { openHi, openLo } from '../../src/search/query.ts'
import type { Form, Include, IndexValues, Node, SearchQuery, Sort } from '../../src/search/query.ts'
import type { AclEntry, AclFilter } from '../../src/storage/store.ts'
import { reference } from './sample.ts'

const types = ['Patient', 'CarePlan', 'Goal'] as const
const ids = ['a', 'b', 'c', 'd', 'e', 'f']
const codes = ['', 'a', 'b', 'B', 'ab']
const systems = ['', 'urn:s', 'urn:t', 'a']
const texts = [
  '',
  'a',
  'ab',
  'abc',
  'b',
  'B',
  'é',
  '%',
  'a%c',
  'a_c',
  '.',
  '\u{1f600}',
  '\uff5e',
  'a\u{10ffff}',
  'a\u{10ffff}b',
  'a\ud7ff',
  'a\ue000'
]
const day = 86_400_000
// intervals of every length
const times = [openLo, 0, 1, 2, 3, 5, 20 * day, 31 * day, 33 * day, 60 * day, openHi]

const type = fc.constantFrom<ResourceType>(...types)
const parameter = (on: ResourceType, form: Form): fc.Arbitrary<string> =>
  fc.constantFrom(`${on}.${form}-1`, `${on}.${form}-2`)
const target = fc.oneof(
  {
    weight: 8,
    arbitrary: fc.tuple(type, fc.constantFrom(...ids)).map(([type, id]) => `${type}/${id}`)
  },
  { weight: 1, arbitrary: fc.constantFrom('http://x/Patient/a', 'Patient/a/_history/1') }
)
const few = <T>(one: fc.Arbitrary<T>, most = 3): fc.Arbitrary<T[]> =>
  fc.array(one, { maxLength: most })

const indexOf = (on: ResourceType): fc.Arbitrary<IndexValues> =>
  fc.record({
    word: few(
      fc.record(
        {
          parameter: parameter(on, 'word'),
          code: fc.constantFrom(...codes),
          system: fc.constantFrom(...systems)
        },
        { requiredKeys: ['parameter', 'code'] }
      )
    ),
    link: few(fc.record({ parameter: parameter(on, 'link'), target })),
    text: few(
      fc.record({
        parameter: parameter(on, 'text'),
        value: fc.constantFrom(...texts),
        exact: fc.constantFrom(...texts)
      })
    ),
    span: few(
      fc
        .tuple(parameter(on, 'span'), fc.constantFrom(...times), fc.constantFrom(...times))
        .filter(([, lo, hi]) => lo < hi)
        .map(([parameter, lo, hi]) => ({ parameter, lo, hi }))
    )
  })

const keys = ['k1', 'k2', 'k3']
const acl: fc.Arbitrary<AclEntry[]> = few(
  fc
    .tuple(fc.constantFrom(...keys), fc.constantFrom(0, 1, 2), fc.constantFrom(2, 3, 9))
    .map(([key, from, to]) => ({ key, from, to }))
)
const filter: fc.Arbitrary<AclFilter> = fc.oneof(
  { weight: 1, arbitrary: fc.constant({ kind: 'system' } as const) },
  {
    weight: 4,
    arbitrary: fc.record(
      {
        kind: fc.constant('keys' as const),
        keys: fc.subarray([...keys, 'stranger'], { minLength: 1 }),
        denied: fc.subarray(keys),
        now: fc.constantFrom(0, 1, 2, 3)
      },
      { requiredKeys: ['kind', 'keys', 'now'] }
    )
  }
)

/** One thing that happens to one resource: the first time it is created, later replaced. */
const change = type.chain((on) =>
  fc.record({
    ref: fc.constantFrom(...ids).map((id) => reference(on, id)),
    index: indexOf(on),
    acl,
    at: fc.constantFrom(0, 1, 2, 3, 5, 31 * day),
    fate: fc.constantFrom('written', 'written', 'written', 'deleted', 'restamped'),
    persons: fc.subarray(['ann', 'bob'])
  })
)
export type Change = typeof change extends fc.Arbitrary<infer T> ? T : never
export const history = fc.array(fc.array(change, { minLength: 1, maxLength: 6 }), {
  minLength: 1,
  maxLength: 6
})

const leaf = (on: ResourceType): fc.Arbitrary<Node> =>
  fc.oneof(
    fc.record(
      {
        kind: fc.constant('word' as const),
        parameter: parameter(on, 'word'),
        code: fc.constantFrom(...codes),
        system: fc.constantFrom(...systems)
      },
      { requiredKeys: ['kind', 'parameter'] }
    ),
    fc.record({
      kind: fc.constant('link' as const),
      parameter: parameter(on, 'link'),
      targets: few(target)
    }),
    fc.record({
      kind: fc.constant('text' as const),
      parameter: parameter(on, 'text'),
      match: fc.constantFrom('prefix', 'contains', 'exact'),
      value: fc.constantFrom(...texts)
    }),
    fc.record(
      {
        kind: fc.constant('span' as const),
        parameter: fc.oneof(parameter(on, 'span'), fc.constant('_lastUpdated')),
        loMin: bound,
        loMax: bound,
        hiMin: bound,
        hiMax: bound
      },
      { requiredKeys: ['kind', 'parameter'] }
    ),
    fc.record({
      kind: fc.constant('ids' as const),
      ids: few(fc.constantFrom(...ids).map((id) => id as ResourceId))
    }),
    fc.constantFrom<Form>('word', 'link', 'text', 'span').chain((form) =>
      fc.record({
        kind: fc.constant('missing' as const),
        parameter: parameter(on, form),
        form: fc.constant(form)
      })
    )
  )
const bound = fc.constantFrom(...times)

const node = (on: ResourceType, depth: number): fc.Arbitrary<Node> =>
  depth === 0
    ? leaf(on)
    : fc.oneof(
        { weight: 4, arbitrary: leaf(on) },
        {
          weight: 3,
          arbitrary: few(node(on, depth - 1)).map((nodes) => ({ kind: 'and' as const, nodes }))
        },
        {
          weight: 2,
          arbitrary: few(node(on, depth - 1)).map((nodes) => ({ kind: 'or' as const, nodes }))
        },
        {
          weight: 1,
          arbitrary: node(on, depth - 1).map((node) => ({ kind: 'not' as const, node }))
        },
        {
          weight: 1,
          arbitrary: type.chain((targetType) =>
            fc.record({
              kind: fc.constant('chain' as const),
              parameter: parameter(on, 'link'),
              targetType: fc.constant(targetType),
              node: node(targetType, depth - 1)
            })
          )
        },
        {
          weight: 1,
          arbitrary: type.chain((sourceType) =>
            fc.record({
              kind: fc.constant('has' as const),
              sourceType: fc.constant(sourceType),
              parameter: parameter(sourceType, 'link'),
              node: node(sourceType, depth - 1)
            })
          )
        }
      )

const sort = (on: ResourceType): fc.Arbitrary<Sort> =>
  fc
    .tuple(
      fc.oneof(
        fc
          .constantFrom<Form>('word', 'link', 'text', 'span')
          .chain((form) => parameter(on, form).map((parameter) => ({ parameter, form }))),
        fc.constantFrom(
          { parameter: '_lastUpdated', form: 'span' as const },
          { parameter: '_id', form: 'word' as const }
        )
      ),
      fc.constantFrom<Sort['direction']>('asc', 'desc')
    )
    .map(([key, direction]) => ({ ...key, direction }))

const search: fc.Arbitrary<SearchQuery> = type.chain((on) =>
  fc.record({
    type: fc.constant(on),
    where: node(on, 2),
    sort: few(sort(on)),
    limit: fc.constantFrom(0, 1, 2, 3, 50),
    total: fc.constantFrom<SearchQuery['total']>('none', 'capped', 'exact')
  })
)
const step: fc.Arbitrary<Include> = type.chain((sourceType) =>
  fc.record(
    {
      direction: fc.constantFrom<Include['direction']>('forward', 'reverse'),
      sourceType: fc.constant(sourceType),
      parameter: parameter(sourceType, 'link'),
      targetType: type,
      iterate: fc.constant(false)
    },
    { requiredKeys: ['direction', 'sourceType', 'parameter', 'iterate'] }
  )
)

export const questions = fc.array(
  fc.record({
    query: search,
    step,
    sources: few(
      fc.tuple(type, fc.constantFrom(...ids)).map(([type, id]) => reference(type, id)),
      6
    ),
    limit: fc.constantFrom(1, 2, 50),
    acl: filter
  }),
  { minLength: 1, maxLength: 24 }
)
