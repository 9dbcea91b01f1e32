/**
 * Attacks of the threat model that come over HTTP (each test begins with its number there). Every
 * denial has a control that succeeds, and whatever A receives is searched for the marks that B's
 * records carry.
 */
import t from 'tap'
import './attacks/hidden.ts'
import './attacks/searches.ts'
import './attacks/consents.ts'
import './attacks/writes.ts'
import './attacks/input.ts'
import { p2, scannedAnswers, visibleToB } from './attacks/scene.ts'

t.test('no answer to A carried a mark of B', async (t) => {
  t.ok(scannedAnswers() > 200, `${String(scannedAnswers())} answers searched`)
  t.ok(await visibleToB(`Patient/${p2.id as string}`), 'the marks are there to be found')
})
