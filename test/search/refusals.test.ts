// What a search refuses, or leaves out with a warning: names, modifiers and values that it does not
// know, and too many of them.
import t from 'tap'
import { mostJoins } from '../../src/search/filter.ts'
import { parse, refuses } from './finds.ts'

const where = (type: string, query: string) => parse(type, query).query.where

t.test('unknown parameters: an error that helps, or a warning', async (t) => {
  refuses(
    t,
    'CarePlan',
    'statos=active',
    /"statos" for CarePlan\. Did you mean status\? Supported: .*category.*status/
  )
  refuses(t, 'CarePlan', '_cuont=1', /Did you mean _count/)
  for (const name of ['constructor', '__proto__', 'toString', 'name[$ne]', '$where', 'near']) {
    refuses(t, 'CarePlan', `${encodeURIComponent(name)}=x`, /Unknown search parameter/)
  }
  const lenient = parse('CarePlan', 'statos=active&status=active&_sort=nothing&__proto__=x', {
    handling: 'lenient'
  })
  t.match(
    lenient.ignored.map(({ severity, diagnostics }) => [severity, diagnostics]),
    [
      ['warning', /^Ignored: .*"statos"/],
      ['warning', /"nothing"/],
      ['warning', /"__proto__"/]
    ]
  )
  t.same(lenient.used, [['status', 'active']], 'the self link tells what was applied')
  t.same(lenient.query.where, where('CarePlan', 'status=active'))
  t.equal(
    lenient.normal,
    parse('CarePlan', 'status=active').normal,
    'so that the next link fits its cursor'
  )
  t.equal(({} as Record<string, unknown>)['x'], undefined)
})

t.test('what would widen the answer is refused, whatever the client prefers', async (t) => {
  for (const handling of ['strict', 'lenient'] as const) {
    for (const name of ['_security', '_tag', '_text', '_content', '_filter', '_list', '_query']) {
      refuses(t, 'CarePlan', `${name}=x`, /is not supported here/, { handling })
    }
    for (const query of [
      'status:text=x',
      'status:in=x',
      'date:exact=2024',
      'status:=x',
      '_id:not=x',
      '_count:exact=1',
      '_sort:desc=date',
      '_include:recurse=CarePlan:subject',
      '_lastUpdated:missing=true'
    ]) {
      refuses(t, 'CarePlan', query, /Modifier :\w* is not supported/, { handling })
    }
    for (const query of [
      'status=',
      'status=a,,b',
      'status=a|b|c',
      'status=|',
      'status=a\\b',
      'status=a%00',
      'date=soon',
      'date:missing=maybe',
      '_id=a/b',
      '_total=some',
      '_summary=yes',
      '_elements=a b',
      '_sort=',
      '_include=*',
      '_include=CarePlan:*',
      '_include=CarePlan:status',
      '_include=Goal:patient',
      '_include=CarePlan:patient:Goal',
      '_include=CarePlan:patient:x',
      '_revinclude=CarePlan:goal',
      '_include=CarePlan'
    ]) {
      t.throws(
        () => parse('CarePlan', query, { handling }),
        { code: 'invalid' },
        `${handling} ${query}`
      )
    }
  }
})

t.test('bounds', async (t) => {
  t.ok(parse('CarePlan', `_id=${Array.from({ length: 1000 }, (_, index) => index).join()}`))
  refuses(
    t,
    'CarePlan',
    `_id=${Array.from({ length: 600 }, (_, index) => index).join()}&status=${Array.from({ length: 401 }, () => 'a').join()}`,
    /more than 1000 values/
  )
  refuses(
    t,
    'Provenance',
    `target=${Array.from({ length: 100 }, (_, index) => index).join()}`,
    /write references as Type\/id/
  )
  t.ok(
    parse(
      'Provenance',
      `target=${Array.from({ length: 1000 }, (_, index) => `Patient/${index}`).join()}`
    )
  )
  refuses(t, 'CarePlan', Array.from({ length: 51 }, () => 'status=a').join('&'), /at most 50/)
  refuses(
    t,
    'Patient',
    Array.from({ length: mostJoins + 1 }, () => '_has:CarePlan:subject:status=a').join('&'),
    /more than 10 other sets/
  )
  refuses(t, 'Provenance', 'target._id=1', /Name the type/)
})
