/** The person's landmarks over the film. Bridged parts are dashed and paler, absent ones missing. */
import type { FilmLandmarks, FilmTrack } from '../../core/artifacts.ts';
import { BODY_BONES, FINGER_LANDMARKS, FINGERS, HAND_BONES, SIDES } from '../../core/skeletons.ts';
import { ABSENT, FILLED } from '../../core/types.ts';
import { SIDE_COLOURS } from './figure.ts';

const BODY_COLOUR = '#60d692';
/** Below this visibility an end of a bone is a guess and the bone is left out. */
const VISIBLE = 0.5;

export interface OverlayChoice {
  hands: boolean;
  body: boolean;
  confidence: boolean;
}

/** A context whose unit is a pixel of the film. */
export interface Pen {
  context: CanvasRenderingContext2D;
  frame: number;
  /** px of the film that a thin line is wide. */
  unit: number;
}

export function drawLandmarks(pen: Pen, landmarks: FilmLandmarks, choice: OverlayChoice): void {
  pen.context.lineCap = 'round';
  if (choice.body) bones(pen, landmarks.body, BODY_BONES, BODY_COLOUR, 1.6);
  for (const side of SIDES) {
    if (choice.hands) {
      bones(pen, landmarks[side], HAND_BONES, SIDE_COLOURS[side], 1.3);
      tips(pen, landmarks[side], SIDE_COLOURS[side]);
    }
    if (choice.confidence) confidence(pen, landmarks[side], SIDE_COLOURS[side]);
  }
}

const pointOf = (track: FilmTrack, frame: number, k: number): [number, number] => {
  const at = 2 * ((frame * track.pixels.length) / (2 * track.state.length) + k);
  return [track.pixels[at], track.pixels[at + 1]];
};

function bones(
  { context, frame, unit }: Pen,
  track: FilmTrack,
  pairs: readonly (readonly [number, number])[],
  colour: string,
  weight: number,
): void {
  const state = track.state[frame];
  if (state === ABSENT) return;
  const K = track.pixels.length / (2 * track.state.length);
  const seen = (k: number) => !track.visibility || track.visibility[frame * K + k] >= VISIBLE;
  const path = () => {
    context.beginPath();
    for (const [a, b] of pairs) {
      if (!seen(a) || !seen(b)) continue;
      context.moveTo(...pointOf(track, frame, a));
      context.lineTo(...pointOf(track, frame, b));
    }
    context.stroke();
  };
  context.setLineDash(state === FILLED ? [unit * 3, unit * 3] : []);
  context.globalAlpha = state === FILLED ? 0.75 : 1;
  context.strokeStyle = 'rgb(0 0 0 / 45%)';
  context.lineWidth = unit * weight * 2.1;
  path();
  context.strokeStyle = colour;
  context.lineWidth = unit * weight;
  path();
  context.setLineDash([]);
  context.globalAlpha = 1;
}

function tips({ context, frame, unit }: Pen, track: FilmTrack, colour: string): void {
  if (track.state[frame] === ABSENT) return;
  context.fillStyle = colour;
  context.strokeStyle = '#ffffff';
  context.lineWidth = unit * 0.7;
  for (const finger of FINGERS) {
    const [x, y] = pointOf(track, frame, FINGER_LANDMARKS[finger][3]);
    context.beginPath();
    context.arc(x, y, unit * 1.8, 0, 2 * Math.PI);
    context.fill();
    context.stroke();
  }
}

/** A number beside the wrist. */
function confidence({ context, frame, unit }: Pen, track: FilmTrack, colour: string): void {
  if (track.state[frame] === ABSENT) return;
  const [x, y] = pointOf(track, frame, 0);
  const text = track.confidence[frame].toFixed(2);
  context.font = `600 ${Math.round(10 * unit)}px system-ui, sans-serif`;
  context.textBaseline = 'middle';
  const width = context.measureText(text).width;
  context.fillStyle = 'rgb(16 20 28 / 80%)';
  context.fillRect(x + 6 * unit, y + 4 * unit, width + 8 * unit, 15 * unit);
  context.fillStyle = colour;
  context.fillText(text, x + 10 * unit, y + 11.5 * unit);
}
