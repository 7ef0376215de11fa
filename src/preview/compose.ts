/**
 * The preview picture, 1280x720: the video with the person's skeleton, the robot beside it, both hands of both
 * enlarged below, and a line of text.
 *
 *     video 800x480 | robot 480x480
 *     person's hand | robot's hand | person's other hand | robot's other hand     320x216 each
 *     caption 24
 */
import sharp from 'sharp';
import { SIDES, type Side } from '../core/skeletons.ts';
import { ABSENT, PARTS, type RgbFrame, STATUS_NAMES, STATUS_OK, type View } from '../core/types.ts';
import type { PreviewCamera } from './camera.ts';
import { type Crops, followHands, type Window } from './crop.ts';
import { textWidth, write } from './lettering.ts';
import { type Overlay, paintOverlay } from './overlay.ts';
import { CAPTION_INK, CAPTION_PAPER, IDLE, SIDE_COLOURS } from './palette.ts';
import { Raster } from './raster.ts';
import { drawRobot, drawRobotHand, type RobotPose } from './robot.ts';

export const PREVIEW_WIDTH = 1280;
export const PREVIEW_HEIGHT = 720;
const VIDEO = { width: 800, height: 480 };
const ROBOT = { width: 480, height: 480 };
const HAND = { width: 320, height: 216 };

export interface PreviewInput {
  /** The upright video frame, any size. */
  frame: RgbFrame;
  overlay: Overlay;
  pose: RobotPose;
  /** The clip's camera, from robotCamera. */
  camera: PreviewCamera;
  view: View;
  /** Name of the robot, for people. */
  robot: string;
  /** s since the start of the video. */
  timeS: number;
}

export interface Preview {
  frame: RgbFrame;
  /** Pass on with the next frame, so that the enlarged hands do not jitter. */
  crops: Crops;
}

/** Draw one frame. @param previous the crops of the frame before; null at the start and after a cut. */
export async function composePreview(input: PreviewInput, previous: Crops | null = null): Promise<Preview> {
  const canvas = new Raster(PREVIEW_WIDTH, PREVIEW_HEIGHT);
  canvas.gradient(CAPTION_PAPER, CAPTION_PAPER);
  const crops = followHands(input.frame, input.overlay, HAND.width / HAND.height, previous);
  await pasteVideo(canvas, input);
  canvas.paste(drawRobot(input.pose, input.camera, ROBOT.width, ROBOT.height), VIDEO.width, 0);
  await pasteHands(canvas, input, crops);
  writeCaption(canvas, input);
  return { frame: canvas, crops };
}

async function pasteVideo(canvas: Raster, { frame, overlay }: PreviewInput): Promise<void> {
  const scale = Math.min(VIDEO.width / frame.width, VIDEO.height / frame.height);
  const [width, height] = [Math.round(frame.width * scale), Math.round(frame.height * scale)];
  const window = { x: 0, y: 0, width: frame.width, height: frame.height };
  const picture = await resample(frame, window, width, height);
  paintOverlay(picture, overlay, { scale, x: 0, y: 0 }, 1.1);
  canvas.paste(picture, Math.floor((VIDEO.width - width) / 2), Math.floor((VIDEO.height - height) / 2));
}

/** Third person: the right hands come first, since they are on the left of the video. Egocentric: the left ones. */
async function pasteHands(canvas: Raster, input: PreviewInput, crops: Crops): Promise<void> {
  const order: readonly Side[] = input.view === 'egocentric' ? SIDES : [...SIDES].reverse();
  const top = VIDEO.height;
  for (const [pair, side] of order.entries()) {
    const left = pair * 2 * HAND.width;
    const person = await personHand(input, side, crops[side]);
    if (person) canvas.paste(person, left + 1, top + 1);
    label(canvas, person ? `${side} hand` : `${side} hand: not seen`, left, top, side);
    const robot = drawRobotHand(input.pose, side, input.camera, HAND.width - 2, HAND.height - 2);
    if (robot) canvas.paste(robot, left + HAND.width + 1, top + 1);
    label(canvas, robot ? `robot: ${side} hand` : `robot: no ${side} hand`, left + HAND.width, top, side);
  }
}

async function personHand(input: PreviewInput, side: Side, window: Window | null): Promise<Raster | null> {
  const hand = input.overlay[side];
  if (!window || !hand || hand.state === ABSENT) return null;
  const picture = await resample(input.frame, window, HAND.width - 2, HAND.height - 2);
  const scale = picture.width / window.width;
  const only = { left: null, right: null, body: null, [side]: hand };
  paintOverlay(picture, only, { scale, x: -window.x * scale, y: -window.y * scale }, 1.8);
  return picture;
}

/** A window of a frame at another size. The window lies inside the frame, whole px. */
async function resample(frame: RgbFrame, window: Window, width: number, height: number): Promise<Raster> {
  const { x, y, ...size } = window;
  const data = await sharp(frame.data, { raw: { width: frame.width, height: frame.height, channels: 3 } })
    .extract({ left: x, top: y, ...size })
    .resize(width, height, { fit: 'fill', kernel: 'linear', fastShrinkOnLoad: false })
    .raw()
    .toBuffer();
  return new Raster(width, height, data);
}

/** A small sign in the corner of a picture. */
function label(canvas: Raster, text: string, x: number, y: number, side: Side): void {
  const dot = 1.5;
  const [left, middle] = [x + 14, y + 15];
  canvas.stroke(left, middle, left + textWidth(text, dot) + 14, middle, 9, CAPTION_PAPER, 0.75);
  canvas.stroke(left, middle, left, middle, 4, SIDE_COLOURS[side]);
  write(canvas, text, left + 10, middle - 3.5 * dot, dot, CAPTION_INK);
}

function writeCaption(canvas: Raster, { robot, timeS, pose }: PreviewInput): void {
  const dot = 1.7;
  const y = PREVIEW_HEIGHT - 18;
  write(canvas, `${robot}   ${timeS.toFixed(2)} s`, 12, y, dot, CAPTION_INK);
  const trouble = PARTS.map(part => ({ part, status: pose.status[part] ?? STATUS_OK }))
    .filter(({ status }) => status !== STATUS_OK)
    .map(({ part, status }) => `${part.replace('_', ' ')} ${STATUS_NAMES[status]}`);
  const text = trouble.length > 0 ? trouble.join(', ') : 'all parts follow';
  write(
    canvas,
    text,
    PREVIEW_WIDTH - 12 - textWidth(text, dot),
    y,
    dot,
    trouble.length > 0 ? [255, 190, 110] : IDLE,
  );
}
