/** Which FFmpeg decodes here. */
import { getFFmpegInfo } from 'node-av/lib';

export const ffmpegVersion = (): string => `FFmpeg ${getFFmpegInfo().version} (node-av)`;
