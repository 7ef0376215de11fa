/** The convex hull of points in the plane: A. M. Andrew's monotone chain, 1979. */

type Point = readonly [number, number];

/** Twice the area of the triangle a b c, positive where it turns from x towards y. */
const turn = (a: Point, b: Point, c: Point): number =>
  (b[0] - a[0]) * (c[1] - a[1]) - (b[1] - a[1]) * (c[0] - a[0]);

/** Corners of the hull, turning from x towards y. */
export function convexHull(points: readonly Point[]): Point[] {
  const sorted = points.toSorted((a, b) => a[0] - b[0] || a[1] - b[1]);
  const chain = (along: readonly Point[]) => {
    const corners: Point[] = [];
    for (const point of along) {
      while (corners.length > 1 && turn(corners.at(-2)!, corners.at(-1)!, point) <= 0) corners.pop();
      corners.push(point);
    }
    return corners.slice(0, -1);
  };
  return [...chain(sorted), ...chain(sorted.toReversed())];
}

/** Whether a point lies in a hull or on its edge. */
export const isInHull = (point: Point, hull: readonly Point[]): boolean =>
  hull.every((corner, i) => turn(corner, hull[(i + 1) % hull.length], point) >= 0);
