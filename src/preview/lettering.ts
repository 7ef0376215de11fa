/**
 * Text without fonts: a machine that makes previews may have none installed. The shapes are the usual 5x7
 * characters of small displays, drawn as round strokes between neighbouring dots.
 */
import type { Colour, Raster } from './raster.ts';

/** Per character from space to ~: five columns, left to right, a bit per dot, the lowest bit on top; hex. */
const COLUMNS =
  '0000000000 00005f0000 0007000700 147f147f14 242a7f2a12 2313086462 3649562050 0008070300 001c224100 ' +
  '0041221c00 2a1c7f1c2a 08083e0808 0080703000 0808080808 0000606000 2010080402 3e5149453e 00427f4000 ' +
  '7249494946 2141494d33 1814127f10 2745454539 3c4a494931 4121110907 3649494936 464949291e 0000140000 ' +
  '0040340000 0008142241 1414141414 0041221408 0201590906 3e415d594e 7c1211127c 7f49494936 3e41414122 ' +
  '7f4141413e 7f49494941 7f09090901 3e41415173 7f0808087f 00417f4100 2040413f01 7f08142241 7f40404040 ' +
  '7f021c027f 7f0408107f 3e4141413e 7f09090906 3e4151215e 7f09192946 2649494932 03017f0103 3f4040403f ' +
  '1f2040201f 3f4038403f 6314081463 0304780403 6159494d43 007f414141 0204081020 004141417f 0402010204 ' +
  '4040404040 0003070800 2054547840 7f28444438 3844444428 384444287f 3854545418 00087e0902 18a4a49c78 ' +
  '7f08040478 00447d4000 2040403d00 7f10284400 00417f4000 7c04780478 7c08040478 3844444438 fc18242418 ' +
  '18242418fc 7c08040408 4854545424 04043f4424 3c4040207c 1c2040201c 3c4030403c 4428102844 4c9090907c ' +
  '4464544c44 0008364100 0000770000 0041360800 0201020402';

/** Dots from one character to the next. */
const ADVANCE = 6;
const FIRST = 32;

type Stroke = readonly [x0: number, y0: number, x1: number, y1: number];
const GLYPHS: readonly (readonly Stroke[])[] = COLUMNS.split(' ').map(strokesOf);
const UNKNOWN = '?'.charCodeAt(0) - FIRST;

/** Width of a text, px, at `dot` px between dots. Capitals are 7 dots high. */
export const textWidth = (text: string, dot: number): number => (text.length * ADVANCE - 1) * dot;

/** Write `text` with the top left corner of its first character at (x, y), px. */
export function write(on: Raster, text: string, x: number, y: number, dot: number, colour: Colour): void {
  for (const [i, character] of [...text].entries()) {
    const glyph = GLYPHS[character.charCodeAt(0) - FIRST] ?? GLYPHS[UNKNOWN];
    const left = x + i * ADVANCE * dot;
    for (const [x0, y0, x1, y1] of glyph) {
      const at = (column: number, row: number): [number, number] => [
        left + (column + 0.5) * dot,
        y + (row + 0.5) * dot,
      ];
      on.stroke(...at(x0, y0), ...at(x1, y1), dot * 0.5, colour);
    }
  }
}

/** Join each dot to its right, lower and diagonal neighbours; a diagonal only where no straight way exists. */
function strokesOf(hex: string): Stroke[] {
  const columns = hex.match(/../g)!.map(byte => Number.parseInt(byte, 16));
  const lit = (x: number, y: number) => ((columns[x] ?? 0) >> y) & 1;
  const strokes: Stroke[] = [];
  for (let x = 0; x < 5; x++) {
    for (let y = 0; y < 8; y++) {
      if (!lit(x, y)) continue;
      strokes.push([x, y, x, y]);
      if (lit(x + 1, y)) strokes.push([x, y, x + 1, y]);
      if (lit(x, y + 1)) strokes.push([x, y, x, y + 1]);
      if (lit(x + 1, y + 1) && !lit(x + 1, y) && !lit(x, y + 1)) strokes.push([x, y, x + 1, y + 1]);
      if (lit(x + 1, y - 1) && !lit(x + 1, y) && !lit(x, y - 1)) strokes.push([x, y, x + 1, y - 1]);
    }
  }
  return strokes;
}
