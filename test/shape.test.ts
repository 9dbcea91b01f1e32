// Problems of data from outside are told with their place, what was found and what is expected.
import t from 'tap'
import { hidden, quote, shapeOf } from '../src/shape.ts'

interface Door {
  readonly colour: string
  readonly keys: readonly string[]
  readonly width?: number
  readonly code?: string
}
const doors = shapeOf<readonly Door[]>(
  {
    type: 'array',
    items: {
      type: 'object',
      required: ['colour', 'keys'],
      properties: {
        colour: { type: 'string', enum: ['red', 'blue'] },
        keys: { type: 'array', minItems: 1, items: { type: 'string', format: 'key' } },
        width: { type: 'integer', minimum: 1, maximum: 300, nullable: true },
        code: { type: 'string', minLength: 4, shown: hidden, nullable: true }
      },
      additionalProperties: false
    }
  },
  { key: (text) => text.startsWith('k') }
)

t.test('what fits comes back as it was; what does not has each problem at its place', async (t) => {
  const fitting = [{ colour: 'red', keys: ['k1'], width: 90 }]
  t.equal(doors.judge(fitting).value, fitting)
  t.ok(doors.fits(fitting))
  const wrong = [{ colour: 'green', keys: ['k1', 'x'], width: 1.5, colr: 'red' }, 7, { keys: [] }]
  t.notOk(doors.fits(wrong))
  t.same([...(doors.judge(wrong, 'doors').problems ?? [])].sort(), [
    'doors[0].colour is "green"; expected one of red, blue',
    'doors[0].colr is not known; did you mean colour?',
    'doors[0].keys[1] is "x"; expected a text',
    'doors[0].width is 1.5; expected a whole number from 1 to 300',
    'doors[1] is 7; expected an object',
    'doors[2].colour is missing; expected one of red, blue',
    'doors[2].keys is []; expected a list'
  ])
  t.same(doors.judge({ length: 1 }, "the house's doors").problems, [
    "the house's doors is an object; expected a list"
  ])
})

t.test('a secret is never printed, nor control characters, nor all of a long value', async (t) => {
  for (const code of ['123', 123, ['123'], { 123: 123 }]) {
    const { problems = [] } = doors.judge([{ colour: 'red', keys: ['k'], code }])
    t.equal(problems.length, 1)
    t.match(problems[0], /^\[0\]\.code is .*\(not shown\)/)
    t.notMatch(problems[0], /123/)
  }
  t.notMatch(quote('\u001b[2J\n'), /\p{Cc}/u)
  t.ok(quote('x'.repeat(1000)).length < 130)
  const odd = doors.judge([{ colour: 'red', keys: ['k'], 'a\nb/c~d': 1 }]).problems ?? []
  t.match(odd[0], /^\[0\]\["a\\nb\/c~d"\] is not known; expected one of colour, keys, width, code$/)
})

t.test('names of Object.prototype are names like any other', async (t) => {
  const odd = JSON.parse('[{"colour":"red","keys":["k"],"__proto__":1,"constructor":1}]') as unknown
  t.equal(doors.judge(odd).problems?.length, 2)
  t.same(doors.judge([{}]).problems?.length, 2, 'and nothing is inherited')
})
