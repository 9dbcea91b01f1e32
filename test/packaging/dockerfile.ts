/**
 * A Dockerfile as its stages and instructions, as far as this project's uses the language.
 * https://docs.docker.com/reference/dockerfile/
 */

export interface Instruction {
  readonly name: string
  readonly text: string
}
export interface Stage {
  readonly from: string
  readonly name: string | undefined
  readonly instructions: readonly Instruction[]
}

export const readDockerfile = (text: string): readonly Stage[] => {
  const lines = text
    .split('\n')
    .filter((line) => !/^\s*#/.test(line))
    .join('\n')
    .replace(/\\\n/g, ' ')
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '')
  const stages: { from: string; name: string | undefined; instructions: Instruction[] }[] = []
  for (const line of lines) {
    const [, name = '', rest = ''] = /^([A-Z]+)\s+(.*)$/.exec(line) ?? []
    if (name === '') throw new Error(`not an instruction: ${line}`)
    if (name === 'FROM') {
      const [from = '', , stage] = rest.split(/\s+/)
      stages.push({ from, name: stage, instructions: [] })
    } else stages.at(-1)?.instructions.push({ name, text: rest })
  }
  return stages
}

export const textsOf = (stage: Stage, name: string): readonly string[] =>
  stage.instructions.filter((each) => each.name === name).map(({ text }) => text)

/** The words of an exec form, `["node", "x"]`. */
export const execForm = (text: string): readonly string[] =>
  JSON.parse(/\[.*\]/.exec(text)?.[0] ?? 'null') as string[]

export const environmentOf = (stage: Stage): Readonly<Record<string, string>> =>
  Object.fromEntries(
    textsOf(stage, 'ENV').flatMap((text) =>
      [...text.matchAll(/([A-Za-z_]+)=(\S*)/g)].map(
        ([, name = '', value = '']) => [name, value] as const
      )
    )
  )

/** What a COPY without options takes from the build context. */
export const copiesFromContext = (
  stage: Stage
): readonly { readonly sources: readonly string[]; readonly target: string }[] =>
  textsOf(stage, 'COPY')
    .filter((text) => !text.startsWith('--'))
    .map((text) => {
      const words = text.split(/\s+/)
      return { sources: words.slice(0, -1), target: words.at(-1) ?? '' }
    })
