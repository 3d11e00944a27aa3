import { run } from '../../src/cli.ts'
import type { Terminal } from '../../src/terminal.ts'

export interface Printed {
  readonly code: number | null
  readonly out: string
  readonly err: string
}

/** Runs the app in this process, with a pipe of 80 columns unless the settings say otherwise. */
export async function inProcess(args: readonly string[], settings: Partial<Terminal> = {}): Promise<Printed> {
  let [out, err] = ['', '']
  const code = await run(args, {
    out: (text) => void (out += text),
    err: (text) => void (err += text),
    progress() {},
    interactive: false,
    colours: false,
    columns: 80,
    ...settings,
  })
  return { code, out, err }
}
