let answer: boolean | undefined

/** Whether the page or process allows code made from text; asked once. */
export function allowsCode(): boolean {
  return (answer ??= tryCode())
}

function tryCode(): boolean {
  try {
    return (new Function('return true') as () => boolean)()
  } catch {
    return false
  }
}
