/** How far demonstrations end and start from what is known of a held picture. */
import type { Demonstration } from '../../src/core/types.ts';

export interface Edges {
  /** Frames [start, end) of the held picture. */
  start: number;
  end: number;
  /** From its start to the nearest end of a demonstration, s. */
  ends: number;
  /** From its end to the nearest start of a demonstration, s. */
  starts: number;
}

/** A boundary that is no further away was found, s. */
export const NEAR_S = 0.3;

export function edgesOf(
  holds: readonly { start: number; end: number }[],
  demonstrations: readonly Demonstration[],
  fps: number,
): Edges[] {
  const nearest = (edge: 'start' | 'end', t: number) =>
    Math.min(...demonstrations.map(part => Math.abs(part[edge] - t))) / fps;
  return holds.map(({ start, end }) => ({
    start,
    end,
    ends: nearest('end', start),
    starts: nearest('start', end),
  }));
}

/** In words, the boundaries found, and every held picture that was missed. */
export function edgesInWords(edges: readonly Edges[], fps: number): string {
  const errors = edges.flatMap(({ ends, starts }) => [ends, starts]);
  const within = errors.filter(error => error <= NEAR_S).length;
  const at = (t: number) => (t / fps).toFixed(2);
  return [
    `boundaries of rest within ${NEAR_S} s ${within} of ${errors.length}, worst ${Math.max(0, ...errors).toFixed(2)} s`,
    ...edges
      .filter(({ ends, starts }) => Math.max(ends, starts) > NEAR_S)
      .map(
        ({ start, end, ends, starts }) =>
          `  held ${at(start)} … ${at(end)} s: ends off by ${ends.toFixed(2)} s, starts off by ${starts.toFixed(2)} s`,
      ),
  ].join('\n');
}
