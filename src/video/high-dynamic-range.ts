/** Pictures of high dynamic range (ITU-R BT.2100: HLG of telephones, PQ) as BT.709 ones. */
import {
  AVCOL_PRI_UNSPECIFIED,
  AVCOL_SPC_UNSPECIFIED,
  AVCOL_TRC_ARIB_STD_B67,
  AVCOL_TRC_SMPTE2084,
} from 'node-av/constants';
import type { Frame } from 'node-av/lib';

/** Luminance of diffuse white, cd/m² (ITU-R BT.2408-7, 2.2): it is 1 in linear light. */
const WHITE_NITS = 203;
/** The brightest that is told apart, cd/m²: what HLG's nominal display shows (BT.2100-2, table 5), and what PQ is mostly graded for. */
const PEAK_NITS = 1000;
/** FFmpeg's names. */
const TRANSFERS = new Map<number, string>([
  [AVCOL_TRC_ARIB_STD_B67, 'arib-std-b67'],
  [AVCOL_TRC_SMPTE2084, 'smpte2084'],
]);

/**
 * FFmpeg filters from a decoded picture of high dynamic range to BT.709; none for any other. In linear light: what is
 * darker than 0.3 of white stays as it is, and the rest is bent under 1 along a Möbius curve (vf_tonemap's default).
 */
export function toneMapping({
  colorTrc,
  colorSpace,
  colorPrimaries,
}: Pick<Frame, 'colorTrc' | 'colorSpace' | 'colorPrimaries'>): readonly string[] {
  const transfer = TRANSFERS.get(colorTrc);
  if (!transfer) return [];
  // BT.2100 knows but one matrix and one set of primaries: what is not told is those.
  const matrix = colorSpace === AVCOL_SPC_UNSPECIFIED ? ':min=bt2020nc' : '';
  const primaries = colorPrimaries === AVCOL_PRI_UNSPECIFIED ? ':pin=bt2020' : '';
  return [
    'format=yuv444p10',
    `zscale=tin=${transfer}${matrix}${primaries}:t=linear:m=gbr:p=bt709:npl=${WHITE_NITS}`,
    'format=gbrpf32',
    `tonemap=tonemap=mobius:desat=0:peak=${PEAK_NITS / WHITE_NITS}`,
    'zscale=t=bt709:r=full',
  ];
}
