import { GuardError, ParamError, ShapeError } from '../errors.ts'
import { DividedByZero, UndecidedSize } from '../types/dim.ts'

/** Whether the function has to show how it goes on: it may meet an error, or ask for a size that data decide. */
export const isSizeError = (error: unknown): boolean =>
  error instanceof ShapeError ||
  error instanceof ParamError ||
  error instanceof DividedByZero ||
  error instanceof UndecidedSize

/** What a graph says that has no function to show how it goes on. */
export const undecided = (error: unknown): unknown =>
  error instanceof UndecidedSize
    ? new GuardError({
        because: 'for these sizes its ops depend on one that its data decide',
        instead:
          'It was loaded or parsed, so its function is not there to show how it goes on: trace it again',
      })
    : error
