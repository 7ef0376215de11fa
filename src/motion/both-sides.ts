import type { Side } from '../core/skeletons.ts';

/** The same for the left side, then for the right one. */
export const bothSides = <T>(make: (side: Side) => T): Record<Side, T> => ({
  left: make('left'),
  right: make('right'),
});
