/** Tells the developer something that is right and unwise. */
export function warn(message: string): void {
  const { console: output } = globalThis as { console?: { warn(text: string): void } }
  output?.warn(message)
}
