/**
 * Rates that a video can have: fractions of whole numbers. Whoever counts seconds as frames / fps beside a video of 29.97, which
 * is 30000/1001, is off by 0.1 ms after 100 s, and LeRobot then finds no picture for its time.
 */
import { MediaError } from './errors.ts';

/** fps as a fraction: whole numbers and NTSC rates (n·1000/1001) exactly, others to 1/1000. */
export function exactRate(fps: number): { num: number; den: number } {
  if (!(fps > 0 && fps <= 1000)) throw new MediaError(`${fps} frames per second; a rate lies in (0, 1000]`);
  if (Number.isInteger(fps)) return { num: fps, den: 1 };
  const ntsc = Math.round(fps * 1.001);
  if (Math.abs((ntsc * 1000) / 1001 - fps) < 1e-3) return { num: ntsc * 1000, den: 1001 };
  return { num: Math.round(fps * 1000), den: 1000 };
}

/** The rate of a video nearest to `fps`: 29.97 becomes 30000/1001. */
export function nearestRate(fps: number): number {
  const { num, den } = exactRate(fps);
  return num / den;
}

/** For people: 29.97. */
export const rateInWords = (fps: number): string => String(Number(fps.toFixed(3)));
