/** How fast a stage goes and how long it will take, from the reports of the last seconds. */
interface Report {
  at: number;
  done: number;
}

/** Reports older than this say nothing about now, ms. */
const WINDOW_MS = 15_000;

export class StageRate {
  #stage = '';
  #reports: Report[] = [];

  /** @param at ms. */
  report(stage: string, done: number, at: number): void {
    const last = this.#reports.at(-1);
    if (stage !== this.#stage || (last && done < last.done)) this.#reports = [];
    this.#stage = stage;
    this.#reports.push({ at, done });
    while (this.#reports.length > 2 && this.#reports[0].at < at - WINDOW_MS) this.#reports.shift();
  }

  /** Units per second; null: too early to say. */
  perSecond(): number | null {
    const [first, last] = [this.#reports[0], this.#reports.at(-1)];
    if (!first || !last || last.at - first.at < 400 || last.done <= first.done) return null;
    return (1000 * (last.done - first.done)) / (last.at - first.at);
  }
}
