/** A contact sheet: frames of a clip with its tracks drawn on them, to be looked at. */
import sharp from 'sharp';
import { BODY_BONES, HAND_BONES } from '../../src/core/skeletons.ts';
import { ABSENT, FILLED, type LandmarkTrack } from '../../src/core/types.ts';
import { openFrames } from '../../src/video/frames.ts';
import { type MeasuredTracks, pixelOf } from './hands.ts';

const COLUMNS = 5;
const TILES = 25;
const TILE_WIDTH = 400;
/** Seen and filled. */
const COLOURS = { left: ['#08f', '#8cf'], right: ['#f40', '#fa8'], body: ['#fd0', '#fd0'] } as const;

/** @param file png to write */
export async function writeSheet(video: string, tracks: MeasuredTracks, file: string): Promise<void> {
  const frames = tracks.left.state.length;
  const step = Math.max(1, Math.ceil(frames / TILES));
  const scale = TILE_WIDTH / tracks.width;
  const height = Math.round(tracks.height * scale);
  const tiles: Buffer[] = [];
  for await (const { index, frame } of openFrames(video, { fps: tracks.fps, width: TILE_WIDTH })) {
    if (index % step !== 0 || index >= frames) continue;
    const lines = (['body', 'left', 'right'] as const)
      .map(name => bones(tracks[name], name, index, scale))
      .join('');
    const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="${TILE_WIDTH}" height="${height}">${lines}<text x="4" y="15" fill="#0f0" font-size="14">${index}</text></svg>`;
    const raw = { width: frame.width, height: frame.height, channels: 3 } as const;
    tiles.push(
      await sharp(Buffer.from(frame.data), { raw })
        .resize(TILE_WIDTH, height)
        .composite([{ input: Buffer.from(svg) }])
        .png()
        .toBuffer(),
    );
  }
  const rows = Math.ceil(tiles.length / COLUMNS);
  await sharp({
    create: { width: COLUMNS * TILE_WIDTH, height: rows * height, channels: 3, background: '#000' },
  })
    .composite(
      tiles.map((input, i) => ({
        input,
        left: (i % COLUMNS) * TILE_WIDTH,
        top: Math.floor(i / COLUMNS) * height,
      })),
    )
    .png()
    .toFile(file);
}

function bones(track: LandmarkTrack, name: keyof typeof COLOURS, t: number, scale: number): string {
  if (track.state[t] === ABSENT) return '';
  const colour = COLOURS[name][track.state[t] === FILLED ? 1 : 0];
  const pairs = track.skeleton === 'hand' ? HAND_BONES : BODY_BONES;
  return pairs
    .map(([a, b]) => {
      const [[x1, y1], [x2, y2]] = [pixelOf(track, t, a), pixelOf(track, t, b)];
      return `<line x1="${x1 * scale}" y1="${y1 * scale}" x2="${x2 * scale}" y2="${y2 * scale}" stroke="${colour}" stroke-width="1.5"/>`;
    })
    .join('');
}
