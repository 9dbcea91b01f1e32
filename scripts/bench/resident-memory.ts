/** Resident memory of a process, as the system counts it. */
import { execFileSync } from 'node:child_process'

export const residentMegabytes = (pid: number): number => {
  const text = execFileSync('ps', ['-o', 'rss=', '-p', String(pid)], { encoding: 'utf8' })
  const kilobytes = Number(text.trim())
  if (!(kilobytes > 0)) throw new Error(`ps told no memory of process ${pid}: ${text}`)
  return kilobytes / 1024
}
