/** Files that are broken in the ways in which files break, or are broken on purpose. The same seed, the same file. */

import { randomFrom } from '../../test/random.ts';

type Mutation = (bytes: Buffer, random: () => number) => Buffer;

const at = (bytes: Buffer, random: () => number) => Math.floor(random() * bytes.length);
/** Numbers that readers trip over: none, all, the borders of signs. */
const EDGES = [0, 1, 0x7f, 0x80, 0xff, 0x7fff, 0xffff, 0x7fffffff, 0x80000000, 0xffffffff];
/** Words that make a reader believe that it reads something else. */
const WORDS = [
  '#EXTM3U\n#EXTINF:1,\nhttp://127.0.0.1:1/x.ts\n',
  "ffconcat version 1.0\nfile '/etc/passwd'\n",
  'moov',
  'mdat',
  'stsz',
  'ftyp',
  'elst',
  'dref',
  'url ',
  '\x1aE\xdf\xa3',
  'RIFF',
  '<svg/>',
];

/** A copy with `change` applied at some place that leaves `room` bytes behind it. */
const patched =
  (room: number, change: (copy: Buffer, place: number, random: () => number) => void): Mutation =>
  (bytes, random) => {
    const copy = Buffer.from(bytes);
    if (copy.length > room) change(copy, Math.floor(random() * (copy.length - room)), random);
    return copy;
  };

const MUTATIONS: readonly Mutation[] = [
  // one bit
  patched(1, (copy, i, random) => (copy[i] ^= 1 << Math.floor(random() * 8))),
  // one number of four bytes, as the sizes and counts of mp4 are
  patched(4, (copy, i, random) => copy.writeUInt32BE(EDGES[Math.floor(random() * EDGES.length)], i)),
  // a number in the first or last kilobyte, where the tables are
  patched(4, (copy, _, random) => {
    const near = Math.min(copy.length - 4, Math.floor(random() * 1024));
    const place = random() < 0.5 ? near : copy.length - 4 - near;
    copy.writeUInt32BE(EDGES[Math.floor(random() * EDGES.length)], place);
  }),
  // noise, zeros
  patched(64, (copy, i, random) => {
    for (let n = 0; n < 64; n++) copy[i + n] = random() * 256;
  }),
  patched(256, (copy, i) => copy.fill(0, i, i + 256)),
  // a word
  patched(64, (copy, i, random) => copy.write(WORDS[Math.floor(random() * WORDS.length)], i, 'latin1')),
  // the end is missing; the beginning; a piece
  (bytes, random) => bytes.subarray(0, at(bytes, random)),
  (bytes, random) => bytes.subarray(at(bytes, random)),
  (bytes, random) => {
    const from = at(bytes, random);
    return Buffer.concat([bytes.subarray(0, from), bytes.subarray(from + 1 + Math.floor(random() * 512))]);
  },
  // a piece twice, and two pieces exchanged
  (bytes, random) => {
    const [from, to] = [at(bytes, random), at(bytes, random)].sort((a, b) => a - b);
    return Buffer.concat([bytes.subarray(0, to), bytes.subarray(from)]);
  },
  (bytes, random) => {
    const [a, b] = [at(bytes, random), at(bytes, random)].sort((x, y) => x - y);
    return Buffer.concat([bytes.subarray(b), bytes.subarray(a, b), bytes.subarray(0, a)]);
  },
  // something in front
  (bytes, random) =>
    Buffer.concat([Buffer.from(WORDS[Math.floor(random() * WORDS.length)], 'latin1'), bytes]),
];

/** One to four mutations of `bytes`. */
export function mutant(bytes: Buffer, seed: number): Buffer {
  const random = randomFrom(seed).uniform;
  let mutated = bytes;
  for (let n = 1 + Math.floor(random() * 4); n > 0 && mutated.length > 0; n--)
    mutated = MUTATIONS[Math.floor(random() * MUTATIONS.length)](mutated, random);
  return mutated;
}
