import fc from 'fast-check'
import t from 'tap'
import { dateReader } from '../../src/fhir/date.ts'

const hour = 3_600_000
const brussels = dateReader('Europe/Brussels')
const span = (text: string, read = brussels) => {
  const found = read(text)
  return found && [new Date(found.lo).toISOString(), new Date(found.hi).toISOString()]
}

t.test('each precision covers its own range', async (t) => {
  t.same(span('2024'), ['2023-12-31T23:00:00.000Z', '2024-12-31T23:00:00.000Z'])
  t.same(span('2024-02'), ['2024-01-31T23:00:00.000Z', '2024-02-29T23:00:00.000Z'])
  t.same(span('2024-12-31'), ['2024-12-30T23:00:00.000Z', '2024-12-31T23:00:00.000Z'])
  t.same(span('2024-01-01T10:00Z'), ['2024-01-01T10:00:00.000Z', '2024-01-01T10:01:00.000Z'])
  t.same(span('2024-01-01T10:00:00Z'), ['2024-01-01T10:00:00.000Z', '2024-01-01T10:00:01.000Z'])
  t.same(span('2024-01-01T10:00:00.5Z'), ['2024-01-01T10:00:00.500Z', '2024-01-01T10:00:00.600Z'])
  t.same(span('2024-01-01T10:00:00.123456+02:00'), [
    '2024-01-01T08:00:00.123Z',
    '2024-01-01T08:00:00.124Z'
  ])
  t.same(span('0001'), ['0000-12-31T23:42:30.000Z', '0001-12-31T23:42:30.000Z'])
})

t.test('days without a zone are days in Brussels, also when the clock changes', async (t) => {
  t.same(
    span('2024-03-31'),
    ['2024-03-30T23:00:00.000Z', '2024-03-31T22:00:00.000Z'],
    'a day of 23 hours'
  )
  t.same(
    span('2024-10-27'),
    ['2024-10-26T22:00:00.000Z', '2024-10-27T23:00:00.000Z'],
    'a day of 25 hours'
  )
  t.same(
    span('2024-10-27T02:30'),
    ['2024-10-27T00:30:00.000Z', '2024-10-27T00:31:00.000Z'],
    'an hour that was twice: the first'
  )
  t.same(
    span('2024-03-31T02:59'),
    ['2024-03-31T01:59:00.000Z', '2024-03-31T02:00:00.000Z'],
    'an hour that never was: counted on from before'
  )
  t.same(span('2024-03-31', dateReader('UTC')), [
    '2024-03-31T00:00:00.000Z',
    '2024-04-01T00:00:00.000Z'
  ])
  t.same(
    span('2018-11-04', dateReader('America/Sao_Paulo')),
    ['2018-11-04T03:00:00.000Z', '2018-11-05T02:00:00.000Z'],
    'a day that starts at one'
  )
})

t.test('what is no date is none', async (t) => {
  for (const text of [
    '',
    '24',
    '2024-13',
    '2024-02-30',
    '1900-02-29',
    '0000',
    '2024-1-1',
    '2024-01-01T',
    '2024-01-01T24:00Z',
    '2024-01-01T10Z',
    '2024-01-01T10:60Z',
    '2024-01-01Z',
    '2024-01-01T10:00+15:00',
    '2024-01-01T10:00+02:99',
    ' 2024',
    '2024\n',
    'now'
  ]) {
    t.equal(brussels(text), undefined, JSON.stringify(text))
  }
  t.ok(brussels('2000-02-29'))
  t.throws(() => dateReader('Europe/Bruges'), RangeError)
})

t.test(
  'days follow each other without gap or overlap, and noon reads as noon on the wall',
  async () => {
    const wall = new Intl.DateTimeFormat('en-GB', {
      timeZone: 'Europe/Brussels',
      hourCycle: 'h23',
      dateStyle: 'short',
      timeStyle: 'short'
    })
    fc.assert(
      fc.property(
        fc.date({
          min: new Date('1950-01-01T00:00:00Z'),
          max: new Date('2099-12-30T00:00:00Z'),
          noInvalidDate: true
        }),
        (date) => {
          const text = date.toISOString().slice(0, 10)
          const next = new Date(Date.parse(text) + 24 * hour).toISOString().slice(0, 10)
          const day = brussels(text)
          const noon = brussels(`${text}T12:00`)
          if (!day || !noon) return false
          const [year, month, dayOfMonth] = text.split('-')
          return (
            day.hi === brussels(next)?.lo &&
            day.lo < noon.lo &&
            noon.hi < day.hi &&
            wall.format(noon.lo) === `${dayOfMonth ?? ''}/${month ?? ''}/${year ?? ''}, 12:00`
          )
        }
      )
    )
  }
)
