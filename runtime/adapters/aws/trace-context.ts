import { AsyncLocalStorage } from "node:async_hooks";

/** What is known at one point of the flow; those that begin within it inherit from it. */
type TraceContext = Record<string, unknown>;

const within = (outer: TraceContext | undefined): TraceContext => Object.create(outer ?? null) as TraceContext;

/**
 * Continuation-local storage as the X-Ray SDK uses it. The SDK's own, `cls-hooked`, watches the creation and end of
 * every promise through async hooks, which costs a function about a tenth of its CPU time; Node's AsyncLocalStorage
 * carries the same context along for next to nothing.
 */
class TraceNamespace {
  readonly name: string;
  readonly #storage = new AsyncLocalStorage<TraceContext>();
  /** For code outside of any {@link run}: on Lambda, the facade of the invocation's own segment. */
  #entered: TraceContext | undefined;

  constructor(name: string) {
    this.name = name;
  }

  get active(): TraceContext | undefined {
    return this.#storage.getStore() ?? this.#entered;
  }

  createContext(): TraceContext {
    return within(this.active);
  }

  /** Makes a context that of the whole environment. */
  enter(context: TraceContext): void {
    this.#entered = context;
  }

  get(key: string): unknown {
    return this.active?.[key];
  }

  set<Value>(key: string, value: Value): Value {
    const { active } = this;
    if (active === undefined) throw new Error("there is no trace context; call run() first");
    active[key] = value;
    return value;
  }

  /** Calls `work` in a context of its own, which whatever it starts keeps. */
  run(work: (context: TraceContext) => void): TraceContext {
    const context = this.createContext();
    this.#storage.run(context, work, context);
    return context;
  }

  runAndReturn<Value>(work: (context: TraceContext) => Value): Value {
    const context = this.createContext();
    return this.#storage.run(context, work, context);
  }

  /** Ties `work` to the context in which it is bound, whenever it is called. */
  bind<Arguments extends unknown[], Value>(
    work: (...values: Arguments) => Value,
    context = this.createContext(),
  ): (...values: Arguments) => Value {
    return (...values) => this.#storage.run(context, work, ...values);
  }
}

const namespaces = new Map<string, TraceNamespace>();

// Under the names that the X-Ray SDK asks for: bundles resolve its `cls-hooked/context` to this module.
export const getNamespace = (name: string): TraceNamespace | undefined => namespaces.get(name);

export const createNamespace = (name: string): TraceNamespace => {
  const namespace = new TraceNamespace(name);
  namespaces.set(name, namespace);
  return namespace;
};

export const destroyNamespace = (name: string): void => {
  namespaces.delete(name);
};
