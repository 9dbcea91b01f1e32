/**
 * Yardstick process: Fastify that answers given bytes for given paths and does nothing else. Forked
 * by fastify.ts; JavaScript, so that its start is Node's and Fastify's alone.
 */
import { fastify } from 'fastify'

const app = fastify({ logger: false })
const bodies = new Map()
app.get('/fhir/*', (request, reply) => {
  const body = bodies.get(request.url)
  if (body === undefined) return reply.code(404).send()
  return reply.header('content-type', 'application/fhir+json; charset=utf-8').send(body)
})
app.get('/health/ready', () => 'ready')

process.on('message', (served) => {
  bodies.clear()
  for (const { path, body } of served) bodies.set(path, Buffer.from(body))
  process.send('served')
})
process.on('disconnect', () => {
  process.exit(0)
})

await app.listen({ host: '127.0.0.1', port: Number(process.argv[2]) })
process.send('listening')
