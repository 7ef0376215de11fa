/** The stages that this process works on, and how they are told to stop. */
import { Interruption } from './failure.ts';

export interface Work {
  signal: AbortSignal;
  done(): void;
}

/** Why a work was stopped; null: it was not, or its time ran out. */
export const interruptionOf = ({ signal }: Work): Interruption['why'] | null =>
  signal.reason instanceof Interruption ? signal.reason.why : null;

export class AtHand {
  readonly #works = new Map<symbol, { owner: string; what: string; controller: AbortController }>();
  #ending = false;
  /** Nothing more is begun. */
  stopping = false;

  /**
   * @param owner the job for which it is done; @param what the queue's job, for people to see
   * @param timeoutMs its signal is aborted with a TimeoutError after so long
   */
  begin(owner: string, what: string, timeoutMs: number): Work {
    const id = Symbol(what);
    const controller = new AbortController();
    const timer = setTimeout(() => controller.abort(new DOMException(what, 'TimeoutError')), timeoutMs);
    this.#works.set(id, { owner, what, controller });
    if (this.#ending) controller.abort(new Interruption('shutdown'));
    return {
      signal: controller.signal,
      done: () => {
        clearTimeout(timer);
        this.#works.delete(id);
      },
    };
  }

  get owners(): string[] {
    return [...new Set([...this.#works.values()].map(({ owner }) => owner))];
  }

  get list(): string[] {
    return [...this.#works.values()].map(({ what }) => what);
  }

  cancel(owner: string): void {
    for (const work of this.#works.values())
      if (work.owner === owner) work.controller.abort(new Interruption('cancelled'));
  }

  /** All that runs, and all that begins from now on, is handed back. */
  handBack(): void {
    this.#ending = true;
    for (const { controller } of this.#works.values()) controller.abort(new Interruption('shutdown'));
  }
}
