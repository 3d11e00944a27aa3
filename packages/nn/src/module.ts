import {
  type Container,
  locate,
  type NDArray,
  state,
  type StateAccess,
  StateError,
  type Stateful,
  Variable,
} from '@tendril/core/fn'
import { asPart, unrecorded, watchedAndCalled } from '@tendril/core/module'
import {
  type BufferOptions,
  buffers,
  type BuildMode,
  builds,
  type BuildState,
  checkMode,
} from './build-state.ts'
import { calling, inForward } from './error-lines.ts'
import { readFile, writeFile } from './files.ts'
import { byName, childrenOf, forwardOf, modulesOf, named, setField, treeOf, variablesOf } from './members.ts'
import { partName } from './part-name.ts'
import { printModule } from './print-module.ts'
import { type LoadOptions, type LoadReport, loadInto, type StateDict } from './state-dict.ts'
import { encodeVariables, loadFile } from './weights-file.ts'
import { assignAll, viewOf } from './variable-view.ts'

export type { BufferOptions, BuildMode } from './build-state.ts'

export interface ModuleOptions {
  readonly buildMode?: BuildMode
}

interface ModuleState {
  readonly module: symbol
  readonly arrays: Readonly<Record<string, NDArray>>
}

/** A module is called as its `forward` is. */
// oxlint-disable-next-line typescript/no-unsafe-declaration-merging -- a class cannot declare that it is called
export interface Module {
  (...args: Parameters<this['forward']>): ReturnType<this['forward']>
}

/**
 * A part of a model: Variables, other modules, and `forward`, which computes with them.
 *
 * Variables and modules are found in its fields, and in lists, plain objects and Containers there; their keys make the
 * names. Traced functions see what they read of a module, also one that they close over: a weight that is assigned, a
 * flag or a layer that is replaced, `train()` and `eval()`. Of private fields (`#x`) JavaScript shows nothing: Variables
 * there are no part of the module, and a trace takes what it finds there for good.
 *
 * @example class Scale extends Module { factor = new Variable(array([2])); forward(x) { return multiply(x, this.factor.value) } }
 */
// oxlint-disable-next-line typescript/no-unsafe-declaration-merging -- see above
export abstract class Module implements Stateful {
  /** Whether layers such as dropout and batch normalization behave as in training. */
  training = true

  constructor({ buildMode = 'onInit' }: ModuleOptions = {}) {
    const self: this = watchedAndCalled(this, (args, called) =>
      calling(called, () => self.forward(...(args as never[]))),
    )
    const mode = checkMode(new.target.name, buildMode)
    builds.set(self, { mode, stage: 'waiting', identity: Symbol(new.target.name) })
    // The class's own forward, behind a look at whether the module is built.
    const forward = (...args: never[]): unknown => {
      self.ensureBuilt(args)
      const own = forwardOf(self)
      try {
        return asPart(
          self,
          (around) => partName(self, around),
          () => own.apply(self, args),
        )
      } catch (error) {
        throw inForward(error, self, forward)
      }
    }
    Object.defineProperty(this, 'forward', { value: forward, writable: true, configurable: true })
    return self
  }

  abstract forward(...args: never[]): unknown

  /** Computes the module: the same as `module(...args)` and `module.forward(...args)`. */
  call(...args: Parameters<this['forward']>): ReturnType<this['forward']> {
    return calling(
      Module.prototype.call,
      () => this.forward(...(args as never[])) as ReturnType<this['forward']>,
    )
  }

  /** Makes Variables and modules as fields; runs once, with the arguments of `build`, or of the first call (`onCall`). */
  protected setup(..._args: readonly unknown[]): void {}

  /** Arrays that become Variables, as fields of these names; runs after `setup`. */
  protected createVariables(..._args: readonly unknown[]): Readonly<Record<string, NDArray>> {
    return {}
  }

  /** Arrays that become buffers, as fields of these names; runs after `createVariables`. */
  protected createBuffers(..._args: readonly unknown[]): Readonly<Record<string, NDArray>> {
    return {}
  }

  /** A Variable that is no parameter: it is saved, but optimizers leave it alone. */
  protected buffer(array: NDArray, options: BufferOptions & { readonly name?: string } = {}): Variable {
    const { name = 'buffer' } = options
    const variable = new Variable(array, { name })
    buffers.set(variable, options)
    return variable
  }

  /** For the end of a constructor: builds the module now if it is to be built `onInit`. */
  protected start(): void {
    if (this.buildMode === 'onInit') this.build()
  }

  get buildMode(): BuildMode {
    return stateOf(this).mode
  }

  get built(): boolean {
    return stateOf(this).stage === 'done'
  }

  /** Makes what the module is made of, and builds the modules in it; a second call does nothing. */
  build(...args: readonly unknown[]): this {
    const progress = stateOf(this)
    if (progress.stage !== 'waiting') return this
    progress.stage = 'running'
    try {
      // Also in a trace the weights are made once, not by each call of the graph.
      unrecorded(() => {
        this.setup(...args)
        for (const [name, array] of Object.entries(this.createVariables(...args)))
          setField(this, name, new Variable(array, { name }))
        for (const [name, array] of Object.entries(this.createBuffers(...args)))
          setField(this, name, this.buffer(array, { name }))
        for (const [, child] of childrenOf(this)) {
          if (child.buildMode !== 'onCall') child.build()
          if (child.training !== this.training) child.train(this.training)
        }
      })
      progress.stage = 'done'
      return this
    } catch (error) {
      progress.stage = 'waiting'
      throw error
    }
  }

  /** @internal Builds the module where its mode allows it. */
  ensureBuilt(args?: readonly unknown[]): void {
    const { mode, stage } = stateOf(this)
    if (stage !== 'waiting') return
    if (mode === 'onInit') this.build()
    else if (mode === 'onCall' && args !== undefined) this.build(...args)
    else {
      throw new StateError({
        className: this.constructor.name,
        because: 'it is not built, so it has no Variables yet',
        instead: mode === 'onCall' ? 'It is built by its first call' : 'Call module.build() first',
      })
    }
  }

  /** Sets the flag `training` here and in all modules inside. */
  train(mode = true): this {
    for (const [, module] of modulesOf(this)) module.training = mode
    return this
  }

  /** The same as `train(false)`. */
  eval(): this {
    return this.train(false)
  }

  /** The arrays of all parameters, by the keys of fields: reading reads the Variables, setting assigns them. */
  get v(): Container {
    return viewOf(treeOf(variablesOf(this).filter(({ isBuffer }) => !isBuffer)))
  }

  set v(values: Container) {
    assignAll(treeOf(variablesOf(this).filter(({ isBuffer }) => !isBuffer)), values)
  }

  /** The arrays of all buffers, as `v` has those of the parameters. */
  get buffers(): Container {
    return viewOf(treeOf(variablesOf(this).filter(({ isBuffer }) => isBuffer)))
  }

  /** The parameters by name, each once. */
  namedParameters(): readonly (readonly [name: string, variable: Variable])[] {
    return named(variablesOf(this).filter(({ isBuffer }) => !isBuffer))
  }

  /** The buffers by name, each once. */
  namedBuffers(): readonly (readonly [name: string, variable: Variable])[] {
    return named(variablesOf(this).filter(({ isBuffer }) => isBuffer))
  }

  parameters(): readonly Variable[] {
    return this.namedParameters().map(([, variable]) => variable)
  }

  /** The modules inside, this one first under the name ''. */
  namedModules(): readonly (readonly [name: string, module: Module])[] {
    return modulesOf(this)
  }

  /** The modules that this one holds itself. */
  namedChildren(): readonly (readonly [name: string, module: Module])[] {
    return childrenOf(this)
  }

  /**
   * All arrays by name, as PyTorch writes names: keys joined by dots, fields in snake case (`bn1.running_mean`).
   *
   * @throws StateError when two Variables have one name
   * @example Object.keys(new Linear(2, 3).stateDict())   // ['weight', 'bias']
   */
  stateDict(): Record<string, NDArray> {
    return Object.fromEntries([...byName(this)].map(([name, { variable }]) => [name, variable.value]))
  }

  /**
   * Assigns the arrays of a state dict; nothing is assigned unless all fits. Dtypes are converted, arrays are brought to
   * the engines of the Variables.
   *
   * @throws StateDictError that lists all missing and unexpected names (unless `strict` is false) and all other sizes
   */
  loadStateDict(dict: StateDict, options: LoadOptions = {}): LoadReport {
    try {
      return loadInto(this, dict, options)
    } catch (error) {
      throw locate(error, this.loadStateDict)
    }
  }

  /**
   * Writes the state dict to a safetensors file; without a path, gives its bytes.
   *
   * @example await model.save('model.safetensors')
   */
  async save(path?: string): Promise<Uint8Array> {
    const bytes = await encodeVariables([...byName(this).values()])
    if (path !== undefined) await writeFile(path, bytes)
    return bytes
  }

  /**
   * Reads a state dict from a safetensors file, or from its bytes.
   *
   * @throws FormatError when the file is malformed, StateDictError when it does not fit, ParamError when it cannot be read
   * @example await model.load('model.safetensors')
   */
  async load(file: string | Uint8Array, options: LoadOptions = {}): Promise<this> {
    loadFile(this, typeof file === 'string' ? await readFile(file) : file, options)
    return this
  }

  /**
   * Brings all arrays to another loaded engine, so that graphs there need not copy them.
   *
   * @throws BackendError when the engine is not loaded
   */
  toBackend(name: string): this {
    for (const { variable } of variablesOf(this)) variable.assign(variable.value.toBackend(name))
    return this
  }

  /** The arrays, and which module they are of: another one has flags and a forward of its own. */
  [state](): StateAccess<ModuleState> {
    return {
      get: () => ({ module: stateOf(this).identity, arrays: this.stateDict() }),
      set: ({ arrays }) => {
        for (const [name, { variable }] of byName(this)) variable.assign(arrays[name]!)
      },
    }
  }

  /** What a print of the module shows behind its class. */
  protected settings(): string {
    return ''
  }

  /** The tree of modules with their settings. */
  toString(): string {
    return printModule(this, (module) => module.settings())
  }

  [Symbol.for('nodejs.util.inspect.custom')](): string {
    return this.toString()
  }
}

const stateOf = (module: Module): BuildState => builds.get(module)!
