import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import {
  AV_CHANNEL_ORDER_NATIVE,
  AV_CODEC_ID_PCM_S16LE,
  AV_SAMPLE_FMT_S16,
  AVMEDIA_TYPE_AUDIO,
} from 'node-av/constants';
import { FormatContext, Packet, Rational } from 'node-av/lib';
import sharp from 'sharp';
import { describe, expect, test } from 'vitest';
import { openFrames } from '../../src/video/frames.ts';
import { probe } from '../../src/video/probe.ts';
import { temporary } from '../temporary.ts';
import { clip, clipsMissing, counterVideo, readAll, readCounter, remuxed, withoutBox } from './material.ts';

test.skipIf(clipsMissing)('a real clip is described', async () => {
  expect(await probe(clip('asl_hand.mp4'))).toMatchObject({
    width: 620,
    height: 1080,
    rotation: 0,
    durationS: 13,
    frames: 325,
    averageFps: 25,
    codec: 'h264',
    pixelFormat: 'yuv444p',
    focal35Mm: null,
  });
});

test.skipIf(clipsMissing)('the length is the length of the pictures, not of the container', async () => {
  const info = await probe(clip('stream_shorter_than_container.mp4'));
  expect(info.durationS).toBeCloseTo(95 / 30, 6);
});

describe('a recording', () => {
  const folder = temporary();

  test('that does not say how long it is has the length of its packets', async () => {
    const [told, untold] = [join(folder, 'told.mp4'), join(folder, 'untold.mkv')];
    await counterVideo(told, 40);
    await remuxed(told, untold, { live: '1' });
    const { durationS, frames } = await probe(untold);
    expect([durationS, frames]).toEqual([expect.closeTo(40 / 30, 1), 40]);
  });

  test('that begins at a late time is no longer for it', async () => {
    const [told, late] = [join(folder, 'on-time.mp4'), join(folder, 'late.mkv')];
    await counterVideo(told, 40);
    await remuxed(told, late, { output_ts_offset: '5000' });
    expect((await probe(late)).durationS).toBeCloseTo(40 / 30, 1);
    expect((await readAll(late, { fps: 30 })).map(readCounter)).toEqual(
      Array.from({ length: 40 }, (_, i) => i),
    );
  });
});

describe('a transport stream', () => {
  const folder = temporary();

  test.each([
    ['back', '0', /clock jumps from \d+\.\d s to \d\.\d s/],
    ['far ahead', '5000', /clock jumps from \d\.\d s to \d{4}\.\d s/],
  ])('of two recordings, the second with its clock %s, is refused', async (name, offset, message) => {
    const [film, one, two] = ['film.mp4', 'one.ts', 'two.ts'].map(part => join(folder, `${name} ${part}`));
    const joined = join(folder, `${name} joined.ts`);
    await counterVideo(film, 60);
    await remuxed(film, one);
    await remuxed(film, two, { output_ts_offset: offset });
    expect(await probe(one)).toMatchObject({ durationS: expect.closeTo(2, 1) });
    writeFileSync(joined, Buffer.concat([one, two].map(part => readFileSync(part))));
    await expect(probe(joined)).rejects.toMatchObject({
      tag: 'MediaError',
      message: expect.stringMatching(message),
    });
  });
});

describe('what is no video is refused with one line that names it', () => {
  const folder = temporary();
  const file = (name: string, content: string | Uint8Array) => {
    writeFileSync(join(folder, name), content);
    return join(folder, name);
  };

  const refusal = async (path: string) => {
    const error = await probe(path).then(
      () => expect.fail('accepted'),
      e => e,
    );
    expect(error.message).not.toContain('\n');
    expect(error.message).toContain(path);
    // Decoding refuses it in the same way.
    await expect(openFrames(path, { fps: 30 }).next()).rejects.toMatchObject({ tag: error.tag });
    return [error.tag, error.message.slice(path.length + 2)];
  };

  test.each([
    ['a.jpg', '\xff\xd8\xff\xe0', 'a JPEG picture'],
    ['a.png', '\x89PNG\r\n\x1a\n', 'a PNG picture'],
    ['a.gif', 'GIF89a\x01\x00\x01\x00', 'a GIF'],
    ['a.webp', 'RIFF\x1a\x00\x00\x00WEBPVP8L', 'a WebP picture'],
    ['a.heic', '\x00\x00\x00\x18ftypheic\x00\x00\x00\x00mif1heic', 'a HEIC picture'],
  ])('%s is called what it is', async (name, head, kind) => {
    const [tag, message] = await refusal(file(name, Buffer.from(head, 'latin1')));
    expect([tag, message]).toEqual(['MediaError', expect.stringContaining(`${kind}, not a video`)]);
  });

  test('an AVIF picture, which FFmpeg opens as a video of one picture', async () => {
    const still = sharp({ create: { width: 64, height: 64, channels: 3, background: '#a33' } });
    const path = file('a.avif', await still.avif().toBuffer());
    expect(await refusal(path)).toEqual([
      'MediaError',
      expect.stringContaining('an AVIF picture, not a video'),
    ]);
  });

  test('a missing file, a folder', async () => {
    expect(await refusal(join(folder, 'nowhere.mp4'))).toEqual(['SourceError', 'no such file']);
    mkdirSync(join(folder, 'folder.mp4'));
    expect((await refusal(join(folder, 'folder.mp4')))[0]).toBe('SourceError');
  });

  test('an empty file, text, a web page, noise', async () => {
    expect((await refusal(file('empty.mp4', '')))[1]).toMatch(/0 bytes/);
    expect(await refusal(file('text.mp4', 'these are words\n'))).toEqual(['MediaError', 'text, not a video']);
    expect((await refusal(file('page.mp4', '<!DOCTYPE html><p>sign in')))[1]).toMatch(/HTML/);
    const noise = Uint8Array.from({ length: 4096 }, (_, i) => (i * 7919) >> 3);
    expect((await refusal(file('noise.mp4', noise)))[0]).toBe('MediaError');
  });

  test('a truncated mp4 without its index', async () => {
    const whole = join(folder, 'whole.mp4');
    await counterVideo(whole, 5);
    withoutBox(whole, join(folder, 'truncated.mp4'), 'moov');
    expect((await refusal(join(folder, 'truncated.mp4')))[1]).toMatch(/^truncated: .*moov/);
  });

  test('an index without pictures', async () => {
    withoutBox(join(folder, 'whole.mp4'), join(folder, 'headless.mp4'), 'mdat');
    expect((await refusal(join(folder, 'headless.mp4')))[1]).toMatch(/not one picture|damaged/);
  });

  test('sound only', async () => {
    const path = join(folder, 'sound.mp4');
    await writeSound(path);
    expect(await refusal(path)).toEqual(['MediaError', 'only audio; a video stream is needed']);
  });

  test('a playlist named .mp4 opens neither files nor addresses', async () => {
    const asked: (string | undefined)[] = [];
    const server = createServer((request, response) => {
      asked.push(request.url);
      response.end();
    });
    await new Promise<void>(done => server.listen(0, '127.0.0.1', done));
    const { port } = server.address() as AddressInfo;
    const hls = `#EXTM3U\n#EXT-X-TARGETDURATION:1\n#EXTINF:1,\nhttp://127.0.0.1:${port}/canary.ts\n`;
    expect((await refusal(file('hls.mp4', hls)))[1]).toMatch(/HLS playlist/);
    const concat = `ffconcat version 1.0\nfile '${join(folder, 'whole.mp4')}'\n`;
    expect((await refusal(file('concat.mp4', concat)))[1]).toMatch(/concat playlist/);
    await expect(probe(`concat:${join(folder, 'whole.mp4')}`)).rejects.toMatchObject({ tag: 'SourceError' });
    await expect(probe(`http://127.0.0.1:${port}/x.mp4`)).rejects.toMatchObject({ tag: 'SourceError' });
    server.close();
    expect(asked).toEqual([]);
  });
});

/** A QuickTime file with a tenth of a second of silence. */
async function writeSound(path: string): Promise<void> {
  const format = new FormatContext();
  format.allocOutputContext2(null, 'mov', path);
  const stream = format.newStream();
  const parameters = stream.codecpar;
  parameters.codecType = AVMEDIA_TYPE_AUDIO;
  parameters.codecId = AV_CODEC_ID_PCM_S16LE;
  parameters.format = AV_SAMPLE_FMT_S16;
  parameters.sampleRate = 8000;
  parameters.channelLayout = { order: AV_CHANNEL_ORDER_NATIVE, nbChannels: 1, mask: 4n };
  parameters.bitsPerCodedSample = 16;
  stream.timeBase = new Rational(1, 8000);
  await format.openOutput();
  await format.writeHeader();
  const packet = new Packet();
  packet.alloc();
  packet.data = Buffer.alloc(1600);
  packet.pts = packet.dts = 0n;
  packet.duration = 800n;
  await format.interleavedWriteFrame(packet);
  await format.writeTrailer();
  await format.closeOutput();
}
