// batch and transaction. https://hl7.org/fhir/R4/http.html#transaction
import t from 'tap'
import { createWorld, patient, plan } from '../http/world.ts'
import type { Answer } from '../http/world.ts'
import { count, entry, idOf, numbered, post, statuses, urn } from './bundles.ts'

t.test('pushed again, conditional requests change nothing', async (t) => {
  const world = await createWorld()
  const push = async (): Promise<Answer> =>
    await post(world, 'transaction', [
      entry('PUT', 'Patient?identifier=urn:n|1', numbered('1'), {}, urn(1)),
      entry(
        'PUT',
        'CarePlan?identifier=urn:n|2',
        plan('', { subject: { reference: urn(1) }, identifier: [{ system: 'urn:n', value: '2' }] }),
        {},
        urn(2)
      ),
      entry(
        'POST',
        'Goal',
        {
          resourceType: 'Goal',
          identifier: [{ system: 'urn:n', value: '3' }],
          lifecycleStatus: 'active',
          description: { text: 'g' },
          subject: { reference: urn(1) }
        },
        { ifNoneExist: 'identifier=urn:n|3' },
        urn(3)
      )
    ])
  const first = await push()
  t.same(statuses(first), ['201', '201', '201'])
  const second = await push()
  t.same(statuses(second), ['200', '200', '200'])
  t.same(
    second.body.entry.map((each: { response: { location: string } }) => each.response.location),
    first.body.entry.map((each: { response: { location: string } }) => each.response.location)
  )
  const together = await Promise.all(Array.from({ length: 8 }, push))
  t.ok(
    together.every((answer) => answer.status === 200 && statuses(answer).join() === '200,200,200')
  )
  t.equal(await count(world, 'Patient'), 1)
})

t.test('parallel first pushes of the same transaction make one of each', async (t) => {
  const world = await createWorld()
  const answers = await Promise.all(
    Array.from(
      { length: 8 },
      async () =>
        await post(world, 'transaction', [
          entry('PUT', 'Patient?identifier=urn:n|1', numbered('1'), {}, urn(1)),
          entry(
            'POST',
            'CarePlan',
            plan('', {
              subject: { reference: urn(1) },
              identifier: [{ system: 'urn:n', value: '2' }]
            }),
            { ifNoneExist: 'identifier=urn:n|2' },
            urn(2)
          )
        ])
    )
  )
  t.ok(
    answers.every(({ status }) => status === 200),
    answers.map(({ text }) => text).join('\n')
  )
  t.same([await count(world, 'Patient'), await count(world, 'CarePlan')], [1, 1])
  const { body } = await world.send('GET', 'CarePlan')
  t.equal(
    body.entry[0].resource.subject.reference,
    `Patient/${idOf(answers[0] as Answer, 0)}`,
    'no reference to an id of a run that lost'
  )
})

t.test(
  'order is DELETE, POST, PUT and PATCH, GET; answers are in the order of the request',
  async (t) => {
    const world = await createWorld()
    const {
      body: { id }
    } = await world.send('POST', 'Patient', { body: numbered('1') })
    const old = (await world.send('POST', 'Patient', { body: numbered('2') })).body.id as string
    const patch = Buffer.from(
      JSON.stringify([{ op: 'add', path: '/active', value: true }])
    ).toString('base64')
    const answer = await post(world, 'transaction', [
      entry('GET', `Patient/${id as string}`),
      entry('PATCH', `Patient/${id as string}`, {
        resourceType: 'Binary',
        contentType: 'application/json-patch+json',
        data: patch
      }),
      entry('POST', 'Patient', numbered('2'), { ifNoneExist: 'identifier=urn:n|3' }),
      entry('GET', 'Patient?identifier=urn:n|2'),
      entry('DELETE', `Patient/${old}`)
    ])
    t.same(statuses(answer), ['200', '200', '201', '200', '204'], answer.text)
    t.equal(answer.body.entry[0].resource.active, true, 'the GET sees the patch')
    t.equal(answer.body.entry[3].resource.entry.length, 1)
  }
)

t.test('one bad entry, and nothing is written; the answer names it', async (t) => {
  const world = await createWorld()
  const failing: readonly (readonly [object, number, unknown])[] = [
    [entry('POST', 'CarePlan', plan('x')), 422, undefined],
    [entry('POST', 'CarePlan', { resourceType: 'CarePlan' }), 422, 'Bundle.entry[1]'],
    [
      entry('POST', 'CarePlan', plan('', { subject: { reference: urn(9) } })),
      400,
      'Bundle.entry[1]'
    ],
    [entry('PUT', 'Patient/unknown', patient('Y', { id: 'unknown' })), 405, 'Bundle.entry[1]'],
    [entry('DELETE', 'CarePlan/x'), 405, 'Bundle.entry[1]'],
    [entry('GET', 'Patient/unknown'), 404, 'Bundle.entry[1]'],
    [entry('POST', 'Patient', numbered('1'), {}, urn(1)), 400, 'Bundle.entry[1]'],
    [entry('POST', 'Patient/$everything'), 400, 'Bundle.entry[1]'],
    [entry('TRACE', 'Patient'), 400, 'Bundle.entry[1].request.method'],
    [entry('POST', '//evil.example/Patient', patient('X')), 400, 'Bundle.entry[1].request.url'],
    [entry('GET', 'https://evil.example/fhir/Patient/1'), 400, 'Bundle.entry[1].request.url'],
    [entry('GET', '../admin'), 400, 'Bundle.entry[1].request.url'],
    [entry('GET', 'Patient/../metadata'), 400, 'Bundle.entry[1].request.url'],
    [{ resource: patient('X') }, 400, 'Bundle.entry[1]']
  ]
  for (const [bad, status, expression] of failing) {
    const answer = await post(world, 'transaction', [
      entry('POST', 'Patient', numbered('1'), {}, urn(1)),
      bad
    ])
    t.match(answer, { status, body: { resourceType: 'OperationOutcome' } }, JSON.stringify(bad))
    if (expression !== undefined) {
      t.match(answer.body.issue[0].expression?.[0], expression, JSON.stringify(bad))
    }
  }
  t.equal(await count(world, 'Patient'), 0)
})

t.test('each resource once: overlapping identities fail the whole', async (t) => {
  const world = await createWorld()
  const {
    body: { id }
  } = await world.send('POST', 'Patient', { body: numbered('1') })
  const path = `Patient/${id as string}`
  const overlapping = [
    [entry('DELETE', path), entry('PUT', path, numbered('1', { id }))],
    [
      entry('PUT', path, numbered('1', { id })),
      entry('PUT', 'Patient?identifier=urn:n|1', numbered('1'))
    ]
  ]
  for (const entries of overlapping) {
    t.match(await post(world, 'transaction', entries), {
      status: 400,
      body: { issue: [{ code: 'duplicate' }] }
    })
  }
  t.equal((await world.send('GET', path)).status, 200)
  const twice = await post(world, 'transaction', [
    entry('POST', 'Patient', numbered('5'), { ifNoneExist: 'identifier=urn:n|5' }, urn(1)),
    entry('POST', 'Patient', numbered('5'), { ifNoneExist: 'identifier=urn:n|5' }, urn(2))
  ])
  t.same(statuses(twice), ['201', '200'])
  t.equal(idOf(twice, 0), idOf(twice, 1))
  t.equal(await count(world, 'Patient?identifier=urn:n|5'), 1)
})

t.test('two conditional updates under the same criteria overlap', async (t) => {
  const world = await createWorld()
  const twice = await post(world, 'transaction', [
    entry('PUT', 'Patient?identifier=urn:n|7', numbered('7')),
    entry('PUT', 'Patient?identifier=urn:n|7', numbered('7'))
  ])
  t.match(twice, { status: 400, body: { issue: [{ code: 'duplicate' }] } })
  t.equal(await count(world, 'Patient'), 0)
})

t.test('If-Match holds in a transaction, and is not asked for', async (t) => {
  const world = await createWorld()
  const person = (await world.send('POST', 'Patient', { body: numbered('1') })).body.id as string
  const created = await world.send('POST', 'CarePlan', { body: plan(person) })
  const path = `CarePlan/${created.body.id as string}`
  const body = { ...created.body, title: 'new' }
  t.equal(
    (await post(world, 'transaction', [entry('PUT', path, body, { ifMatch: 'W/"old"' })])).status,
    412
  )
  t.equal((await post(world, 'transaction', [entry('PUT', path, body)])).status, 200)
  t.equal(
    (await post(world, 'transaction', [entry('PUT', path, body, { ifMatch: 'nonsense' })])).status,
    400
  )
})

t.test('scopes hold for every entry', async (t) => {
  const world = await createWorld()
  t.match(
    await post(
      world,
      'transaction',
      [entry('GET', 'CarePlan'), entry('POST', 'Patient', patient('X'))],
      { as: 'a-reads-plans' }
    ),
    { status: 403, body: { issue: [{ expression: ['Bundle.entry[1]'] }] } }
  )
  t.same(
    statuses(
      await post(world, 'batch', [entry('GET', 'CarePlan'), entry('GET', 'Patient')], {
        as: 'a-reads-plans'
      })
    ),
    ['200', '403']
  )
})

t.test('a batch answers each entry by itself, in order, in the caller’s language', async (t) => {
  const world = await createWorld()
  const answer = await post(
    world,
    'batch',
    [
      entry('POST', 'Patient', patient('X')),
      entry('POST', 'Patient', { resourceType: 'Patient', nonsense: 1 }),
      entry('GET', 'Patient/unknown'),
      entry('GET', 'https://evil.example/Patient'),
      entry('TRACE', 'Patient'),
      entry('DELETE', 'Patient/unknown'),
      entry('GET', 'metadata'),
      entry('GET', 'Nonsense/1')
    ],
    { headers: { 'accept-language': 'nl' } }
  )
  t.equal(answer.status, 200)
  t.equal(answer.body.type, 'batch-response')
  t.same(statuses(answer), ['201', '400', '404', '400', '400', '204', '200', '404'])
  t.match(answer.body.entry[2].response.outcome, {
    resourceType: 'OperationOutcome',
    issue: [{ details: { text: 'Dit is niet gevonden.' } }]
  })
})

t.test('size and shape of a Bundle are checked', async (t) => {
  const world = await createWorld()
  const many = Array.from({ length: 51 }, () => entry('GET', 'Patient'))
  for (const type of ['batch', 'transaction']) t.equal((await post(world, type, many)).status, 413)
  t.match(await post(world, 'collection', []), {
    status: 400,
    body: { issue: [{ expression: ['Bundle.type'] }] }
  })
  t.equal((await world.send('POST', '', { body: patient('X') })).status, 400)
  t.equal(
    (await world.send('POST', '', { body: { resourceType: 'Bundle', type: 'batch', entry: {} } }))
      .status,
    400
  )
  t.same((await post(world, 'transaction', [])).body, {
    resourceType: 'Bundle',
    type: 'transaction-response'
  })
})

t.test(
  'a transaction sent again under its Idempotency-Key writes once and answers alike',
  async (t) => {
    const world = await createWorld()
    const push = async (): Promise<Answer> =>
      await post(
        world,
        'transaction',
        [
          entry('POST', 'Patient', numbered('1'), {}, urn(1)),
          entry('GET', 'Patient?identifier=urn:n|1'),
          entry('POST', 'CarePlan', plan('', { subject: { reference: urn(1) } }))
        ],
        { headers: { 'idempotency-key': 'push-1' } }
      )
    const [first, second] = [await push(), await push()]
    t.same(
      second.body.entry.map((each: { response: object }) => each.response),
      first.body.entry.map((each: { response: object }) => each.response)
    )
    t.equal(second.body.entry[1].resource.entry.length, 1)
    t.same([await count(world, 'Patient'), await count(world, 'CarePlan')], [1, 1])
  }
)
