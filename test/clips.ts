/** The folder of the real clips, which are no part of this repository; other folders of real data lie beside it. */
import { fileURLToPath } from 'node:url';

export const clips =
  process.env.UNDERSTUDY_CLIPS ?? fileURLToPath(new URL('../../shared/clips', import.meta.url));
