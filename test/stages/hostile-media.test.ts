import { copyFileSync, existsSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { fatesOf } from '../../bench/mutants/media.ts';
import { mutant } from '../../bench/mutants/mutate.ts';
import { smallVideos } from '../../bench/mutants/videos.ts';
import { MediaPool } from '../../src/stages/process.ts';

const folder = mkdtempSync(path.join(tmpdir(), 'understudy-hostile-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

test('the same seed gives the same mutant, another seed another one', () => {
  const bytes = Buffer.alloc(4096, 'video');
  expect(mutant(bytes, 5).equals(mutant(bytes, 5))).toBe(true);
  const different = new Set(Array.from({ length: 200 }, (_, seed) => mutant(bytes, seed).toString('latin1')));
  expect(different.size).toBeGreaterThan(190);
});

// 2,000 of them: npm run bench -- mutants
test('mutated videos decode or are refused in one line, and crash nothing', async () => {
  const fates = await fatesOf(
    await smallVideos(folder),
    Array.from({ length: 36 }, (_, i) => i + 1),
    folder,
  );
  expect(fates.filter(({ fate }) => ['defect', 'too slow'].includes(fate))).toEqual([]);
  expect(fates.filter(({ fate, message }) => fate !== 'decoded' && /\n/.test(message))).toEqual([]);
  const kinds = new Set(fates.map(({ fate }) => fate));
  expect(kinds.has('decoded') && kinds.has('MediaError')).toBe(true);
});

// /dev/full is a disk that is full, on Linux.
test.skipIf(!existsSync('/dev/full'))(
  'a disk that is full is no fault of the media: it may be tried again',
  async () => {
    const dir = mkdtempSync(path.join(folder, 'full-'));
    symlinkSync('/dev/full', path.join(dir, 'poster.jpg'));
    const [film] = await smallVideos(folder);
    const media = new MediaPool(1);
    const { frames, averageFps } = await media.run('probe', { path: film });
    await expect(media.run('thumbnail', { path: film, dir, fps: averageFps, frames })).rejects.toMatchObject({
      tag: 'StoreError',
      retryable: true,
      message: expect.stringMatching(/no space left/),
    });
    media.close();
  },
);

test('playlists under the names of videos open neither addresses nor other files', async () => {
  const asked: string[] = [];
  const canary = createServer((request, response) => {
    asked.push(request.url ?? '');
    response.end();
  });
  canary.on('connection', () => asked.push('connection'));
  await new Promise<void>(done => canary.listen(0, '127.0.0.1', done));
  const url = `http://127.0.0.1:${(canary.address() as AddressInfo).port}/canary`;
  const [whole] = await smallVideos(folder);
  const secret = path.join(folder, 'secret.mp4');
  copyFileSync(whole, secret);
  const hls = (entry: string) => `#EXTM3U\n#EXT-X-TARGETDURATION:2\n#EXTINF:2,\n${entry}\n#EXT-X-ENDLIST\n`;
  const concat = (entry: string) => `ffconcat version 1.0\nfile '${entry}'\n`;
  const dash = (entry: string) =>
    `<?xml version="1.0"?><MPD xmlns="urn:mpeg:dash:schema:mpd:2011" type="static" mediaPresentationDuration="PT2S"><Period><AdaptationSet mimeType="video/mp4"><Representation id="1" bandwidth="1"><BaseURL>${entry}</BaseURL></Representation></AdaptationSet></Period></MPD>`;
  const entries = [
    `${url}.ts`,
    secret,
    `file://${secret}`,
    'secret.mp4',
    `subfile,,start,0,end,0,,:${secret}`,
  ];
  const texts = [
    ...entries.flatMap(entry => [hls(entry), concat(entry), dash(entry)]),
    `#EXTM3U\n#EXT-X-KEY:METHOD=AES-128,URI="${url}.key"\n#EXTINF:2,\n${secret}\n#EXT-X-ENDLIST\n`,
    `#EXTM3U\n#EXT-X-MAP:URI="file://${secret}"\n#EXTINF:2,\n${url}.m4s\n#EXT-X-ENDLIST\n`,
    `#EXTM3U\n#EXT-X-STREAM-INF:BANDWIDTH=1\n${url}.m3u8\n`,
    `[playlist]\nFile1=${url}\n`,
    `v=0\nc=IN IP4 127.0.0.1\nm=video 5004 RTP/AVP 96\na=rtpmap:96 H264/90000\n`,
    `<svg xmlns="http://www.w3.org/2000/svg"><image href="${url}.png"/></svg>`,
    `<?xml version="1.0"?><!DOCTYPE x [<!ENTITY e SYSTEM "file://${secret}">]><smil>&e;</smil>`,
  ];
  const media = new MediaPool(1);
  try {
    for (const [i, text] of texts.entries())
      for (const extension of ['mp4', 'mkv', 'ts', 'm3u8']) {
        const file = path.join(folder, `playlist-${i}.${extension}`);
        writeFileSync(file, text);
        const error = await media.run('probe', { path: file }).then(
          () => null,
          refused => refused,
        );
        expect(error, text).toMatchObject({ tag: 'MediaError' });
      }
    // The file that the playlists name is a video: opened through one of them, it would have been taken for one.
    expect((await media.run('probe', { path: secret })).width).toBe(64);
  } finally {
    media.close();
    canary.close();
  }
  expect(asked).toEqual([]);
});
