/** A list of functions to call when something happens. Adding one returns the function that removes it. */
export class Listeners<Arguments extends unknown[]> {
  #all: ((...args: Arguments) => void)[] = [];

  /** Bound, so that it can be handed out as the public `onSomething`. */
  readonly add = (listener: (...args: Arguments) => void): (() => void) => {
    this.#all = [...this.#all, listener];
    return () => {
      this.#all = this.#all.filter((one) => one !== listener);
    };
  };

  call(...args: Arguments): void {
    for (const listener of this.#all) listener(...args);
  }

  clear(): void {
    this.#all = [];
  }
}
