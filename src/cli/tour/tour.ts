/**
 * Plays the steps one after the other, printing each request before its answer; a step that does
 * not hold does not stop the rest.
 */
import pc from 'picocolors'
import { prepare } from './scene.ts'
import { steps } from './steps.ts'
import type { Stage } from './step.ts'

/** @returns how many steps held, of how many */
export const playTour = async (
  stage: Stage,
  print: (line: string) => void
): Promise<{ readonly held: number; readonly of: number }> => {
  await prepare(stage)
  let held = 0
  for (const [i, step] of steps.entries()) {
    print(`${pc.bold(`${String(i + 1)}. ${step.title}`)} ${pc.dim(`(${step.player})`)}`)
    try {
      const result = await step.run(stage)
      print(`   ${result.request}`)
      print(`   ${result.held ? pc.green('✔') : pc.red('✘')} ${result.answer}`)
      if (result.held) held += 1
    } catch (error) {
      print(`   ${pc.red('✘')} ${(error as Error).message}`)
    }
  }
  print(`${String(held)} of ${String(steps.length)} steps held`)
  return { held, of: steps.length }
}
