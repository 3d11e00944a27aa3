import type { Feeds, Fetches, OrtTensor, PublicApi, SessionOptions } from './onnxruntime.ts'

/** What a worker is asked. */
export type Request = { readonly id: number; readonly session: number } & (
  | { readonly ask: 'open'; readonly model: Uint8Array; readonly options: SessionOptions }
  | { readonly ask: 'run'; readonly feeds: Feeds; readonly fetches: Fetches }
  | { readonly ask: 'endProfiling' }
  | { readonly ask: 'dispose' }
)

/** Its answer: outputs of a run, or the words of the error. */
export interface Answer {
  readonly id: number
  readonly outputs?: Readonly<Record<string, OrtTensor>>
  readonly error?: string
}

export interface Port {
  on(event: 'message', listener: (request: Request) => void): void
  postMessage(answer: Answer, transfer: readonly ArrayBufferLike[]): void
}

/**
 * What runs in a worker. It is handed over as text, so that no file has to be found in bundles: it must refer to nothing
 * outside of itself.
 */
export function serve(port: Port, { InferenceSession }: PublicApi): void {
  type Session = Awaited<ReturnType<PublicApi['InferenceSession']['create']>>
  const sessions = new Map<number, Promise<Session>>()
  port.on('message', (request) => {
    const { id, session } = request
    const transfer: ArrayBufferLike[] = []
    const answered = async (): Promise<Answer> => {
      if (request.ask === 'open') {
        const opening = InferenceSession.create(request.model, request.options)
        sessions.set(session, opening)
        await opening
        return { id }
      }
      const open = await sessions.get(session)!
      if (request.ask === 'endProfiling') {
        open.endProfiling()
        return { id }
      }
      if (request.ask === 'dispose') {
        sessions.delete(session)
        await open.release()
        return { id }
      }
      const results = await open.run(request.feeds as never, request.fetches as never)
      const outputs: Record<string, OrtTensor> = {}
      for (const [name, result] of Object.entries(results)) {
        const { type, data, dims } = result as unknown as OrtTensor
        const { buffer, byteOffset, length } = data
        const own = type === 'float16' ? new Uint16Array(buffer, byteOffset, length) : data
        outputs[name] = { type, data: own, dims, location: 'cpu' }
        if (!transfer.includes(buffer)) transfer.push(buffer)
      }
      return { id, outputs }
    }
    answered().then(
      (answer) => port.postMessage(answer, transfer),
      (error: unknown) =>
        port.postMessage({ id, error: error instanceof Error ? error.message : String(error) }, []),
    )
  })
}
