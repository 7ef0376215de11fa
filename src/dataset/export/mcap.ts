/**
 * MCAP: one file per episode with joint positions, targets and pictures on a clock that starts at 0. Messages are JSON
 * with Foxglove's schemas (foxglove.JointStates, foxglove.CompressedImage), so Foxglove shows them without a plug-in.
 */
import { type FileHandle, open } from 'node:fs/promises';
import path from 'node:path';
import { McapWriter } from '@mcap/core';
import { throwStoreFault } from '../../core/faults.ts';
import type { Feature } from '../lerobot/features.ts';
import type { ExportEpisode, ExportFormat, ExportSource } from './format.ts';
import { IMAGE_SCHEMA, JOINT_SCHEMA, VALUES_SCHEMA } from './mcap-schemas.ts';
import { jpegOf } from './pixels.ts';

export const mcap: ExportFormat = {
  name: 'mcap',
  meaning: 'MCAP: one file per episode with joint states, targets, pictures and columns; opens in Foxglove.',
  async write(source, dir) {
    for await (const episode of source.episodes()) {
      const file = path.join(dir, `episode_${String(episode.index).padStart(6, '0')}.mcap`);
      const handle = await open(file, 'w').catch(error => throwStoreFault(file, error));
      try {
        await writeEpisode(handle, source, episode);
      } catch (error) {
        throwStoreFault(file, error);
      } finally {
        await handle.close();
      }
    }
  },
};

/** Joint vectors, and the topics that Foxglove users look for. */
const JOINT_TOPICS: Readonly<Record<string, string>> = {
  'observation.state': '/joint_states',
  action: '/joint_targets',
};
/** Of uncompressed messages; the default of the reference writers. */
const CHUNK_BYTES = 1024 * 1024;

async function writeEpisode(handle: FileHandle, source: ExportSource, episode: ExportEpisode): Promise<void> {
  let position = 0n;
  const writable = {
    position: () => position,
    async write(bytes: Uint8Array) {
      await handle.writeFile(bytes);
      position += BigInt(bytes.byteLength);
    },
  };
  const writer = new McapWriter({ writable, chunkSize: CHUNK_BYTES });
  await writer.start({ profile: '', library: 'understudy' });
  await writer.addMetadata({
    name: 'episode',
    metadata: new Map([
      ['task', episode.tasks.join('; ')],
      ['robot', source.robotType],
      ...Object.entries(episode.extra).map(([name, value]) => [name, textOf(value)] as [string, string]),
    ]),
  });
  const channels = await openChannels(writer, source);
  const films = source.videos.map(({ key }) => episode.pictures(key)[Symbol.asyncIterator]());
  try {
    for (let t = 0; t < episode.length; t++) {
      const nanoseconds = BigInt(Math.round((t / source.fps) * 1e9));
      const timestamp = { sec: Number(nanoseconds / BIG_SECOND), nsec: Number(nanoseconds % BIG_SECOND) };
      const send = (topic: string, message: object) =>
        writer.addMessage({
          channelId: channels.get(topic) as number,
          sequence: t,
          logTime: nanoseconds,
          publishTime: nanoseconds,
          data: new TextEncoder().encode(JSON.stringify({ timestamp, ...message })),
        });
      for (const feature of source.features)
        await send(topicOf(feature), messageOf(feature, episode.columns[feature.name], t));
      for (const [i, film] of films.entries()) {
        const { value } = await film.next();
        const jpeg = await jpegOf(value);
        const key = source.videos[i].key;
        await send(`/${key.replaceAll('.', '/')}`, {
          frame_id: 'camera',
          format: 'jpeg',
          data: jpeg.toString('base64'),
        });
      }
    }
  } finally {
    for (const film of films) await film.return?.();
  }
  await writer.end();
}

const BIG_SECOND = 1_000_000_000n;
const textOf = (value: unknown): string => (typeof value === 'string' ? value : JSON.stringify(value));
const topicOf = ({ name }: Feature): string => JOINT_TOPICS[name] ?? `/${name.replaceAll('.', '/')}`;

function messageOf({ name, width, names }: Feature, values: ArrayLike<number | bigint>, t: number): object {
  const row = Array.from({ length: width }, (_, d) => Number(values[t * width + d]));
  if (!(name in JOINT_TOPICS)) return { values: row };
  return { joints: row.map((position, d) => ({ name: names?.[d] ?? `joint_${d}`, position })) };
}

/** One channel per feature and video, by topic. */
async function openChannels(
  writer: McapWriter,
  { features, videos }: ExportSource,
): Promise<Map<string, number>> {
  const channels = new Map<string, number>();
  const schemaIds = new Map<object, number>();
  const add = async (topic: string, schema: { title: string }) => {
    const known = schemaIds.get(schema);
    const data = new TextEncoder().encode(JSON.stringify(schema));
    const schemaId =
      known ?? (await writer.registerSchema({ name: schema.title, encoding: 'jsonschema', data }));
    schemaIds.set(schema, schemaId);
    const channel = { topic, schemaId, messageEncoding: 'json', metadata: new Map<string, string>() };
    channels.set(topic, await writer.registerChannel(channel));
  };
  for (const feature of features)
    await add(topicOf(feature), feature.name in JOINT_TOPICS ? JOINT_SCHEMA : VALUES_SCHEMA);
  for (const { key } of videos) await add(`/${key.replaceAll('.', '/')}`, IMAGE_SCHEMA);
  return channels;
}
