import type { Message } from './frames.mjs'

export function answer(
  td: object,
  message: Message,
): Promise<{ readonly header: Readonly<Record<string, unknown>>; readonly buffers: readonly Uint8Array[] }>
