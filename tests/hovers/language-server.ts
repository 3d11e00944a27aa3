import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process'
import { fileURLToPath, pathToFileURL } from 'node:url'

const tsc = fileURLToPath(new URL('../../node_modules/typescript/bin/tsc', import.meta.url))

interface Message {
  readonly id?: number
  readonly method?: string
  readonly result?: unknown
}

/** The language server of TypeScript, which editors ask what to show. */
export class LanguageServer {
  readonly #process: ChildProcessWithoutNullStreams
  readonly #pending = new Map<number, (result: unknown) => void>()
  #received = Buffer.alloc(0)
  #next = 0

  constructor() {
    this.#process = spawn(process.execPath, [tsc, '--lsp', '--stdio'], { stdio: 'pipe' })
    this.#process.stderr.resume()
    this.#process.stdout.on('data', (chunk: Buffer) => {
      this.#received = Buffer.concat([this.#received, chunk])
      for (let message = this.#take(); message !== undefined; message = this.#take()) this.#answer(message)
    })
  }

  /** Starts it for a folder. */
  async start(folder: string): Promise<void> {
    const rootUri = pathToFileURL(folder).href
    const hover = { contentFormat: ['markdown', 'plaintext'] }
    await this.#ask('initialize', { processId: null, rootUri, capabilities: { textDocument: { hover } } })
    this.#send({ method: 'initialized', params: {} })
  }

  /** What an editor shows at a place of a file with this text. */
  async hover(file: string, text: string, offset: number): Promise<string> {
    const uri = pathToFileURL(file).href
    const textDocument = { uri, languageId: 'typescript', version: 1, text }
    this.#send({ method: 'textDocument/didOpen', params: { textDocument } })
    const lines = text.slice(0, offset).split('\n')
    const position = { line: lines.length - 1, character: lines.at(-1)!.length }
    const found = await this.#ask('textDocument/hover', { textDocument: { uri }, position })
    this.#send({ method: 'textDocument/didClose', params: { textDocument: { uri } } })
    return (found as { contents?: { value?: string } } | null)?.contents?.value ?? ''
  }

  stop(): void {
    this.#process.kill()
  }

  #ask(method: string, params: unknown): Promise<unknown> {
    const id = this.#next++
    this.#send({ id, method, params })
    return new Promise((resolve) => this.#pending.set(id, resolve))
  }

  #send(message: object): void {
    const body = Buffer.from(JSON.stringify({ jsonrpc: '2.0', ...message }))
    this.#process.stdin.write(`Content-Length: ${body.length}\r\n\r\n`)
    this.#process.stdin.write(body)
  }

  /** Takes a whole message from what has arrived. */
  #take(): Message | undefined {
    const end = this.#received.indexOf('\r\n\r\n')
    if (end < 0) return undefined
    const length = Number(/Content-Length: (\d+)/i.exec(this.#received.subarray(0, end).toString())?.[1])
    const body = this.#received.subarray(end + 4, end + 4 + length)
    if (body.length < length) return undefined
    this.#received = this.#received.subarray(end + 4 + length)
    return JSON.parse(body.toString()) as Message
  }

  #answer({ id, method, result }: Message): void {
    // What the server itself asks for, such as settings, has no answer here.
    if (method !== undefined) return id === undefined ? undefined : this.#send({ id, result: null })
    if (id === undefined) return
    this.#pending.get(id)?.(result)
    this.#pending.delete(id)
  }
}
