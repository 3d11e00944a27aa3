/** A function went on for so long that it may never end, as its loops do not know such values. */
export class EndlessCall extends Error {}

let most = Infinity

/** Runs `fn`, in which loops of a graph end after so many turns by an `EndlessCall`. */
export function withTurnLimit<T>(turns: number, fn: () => T): T {
  const before = most
  most = turns
  try {
    return fn()
  } finally {
    most = before
  }
}

/** @throws EndlessCall where a loop has turned often enough */
export function checkTurn(turn: number): void {
  if (turn >= most) throw new EndlessCall()
}
