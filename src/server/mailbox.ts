/** From what happens to who reads it: a queue in memory, of bounded length. */
export class Mailbox<T> implements AsyncIterable<T> {
  readonly #most: number;
  #waiting: T[] = [];
  #closed = false;
  #wake: (() => void) | null = null;

  /** @param most a reader that is further behind than this is let go */
  constructor(most: number) {
    this.#most = most;
  }

  push(value: T): void {
    if (this.#closed) return;
    this.#waiting.push(value);
    if (this.#waiting.length > this.#most) this.close();
    this.#wake?.();
  }

  /** What was pushed before is still read. */
  close(): void {
    this.#closed = true;
    this.#wake?.();
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<T> {
    for (;;) {
      while (this.#waiting.length > 0) yield this.#waiting.shift() as T;
      if (this.#closed) return;
      await new Promise<void>(resolve => {
        this.#wake = resolve;
      });
    }
  }
}
