/** What the replay view shows right now, for tests and for a curious person's console: `window.understudy`. */
export interface ReplayState {
  frames: number;
  fps: number;
  robot: string;
  /** The clock's frame, and the frame that each view has drawn. */
  frame: number;
  overlayFrame: number | null;
  poseFrame: number | null;
  curveFrame: number;
  playing: boolean;
  jointNames: readonly string[];
  /** The row that the robot is drawn in, per independent joint of its table. */
  q: readonly number[];
  /** Where each link is drawn, in the robot's base frame, m. */
  links: Readonly<Record<string, readonly [number, number, number]>>;
  /** Pictures drawn since the view was opened. */
  drawn: number;
  /** ms from the request to the first picture. */
  openedMs: number | null;
  software: boolean | null;
}

declare global {
  interface Window {
    understudy?: ReplayState;
  }
}
