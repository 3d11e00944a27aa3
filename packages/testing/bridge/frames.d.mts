export interface Message {
  readonly header: Readonly<Record<string, unknown>>
  readonly bytes?: Uint8Array
  readonly error?: Error
}
export function messages(stream: AsyncIterable<Uint8Array>): AsyncGenerator<Message>
export function frame(header: object, buffers: readonly Uint8Array[]): Uint8Array
