/**
 * The one configuration schema, and the only reader of the environment.
 * Later wins: defaults, configuration file (JSON), UNDERSTUDY_* environment, flags or request body.
 */
import { readFileSync } from 'node:fs';
import { availableParallelism, homedir } from 'node:os';
import path from 'node:path';
import Type from 'typebox';
import { Value } from 'typebox/value';
import { ConfigError } from './core/errors.ts';
import { nearestRate } from './core/rate.ts';

const NO_TASK = 'manipulate objects by hand';
const NO_LICENSE = 'unknown';

export const ConfigSchema = Type.Object(
  {
    robot: Type.String({
      default: 'g1-inspire',
      description: 'the name of a robot, several with commas between them, or the path of a URDF file',
    }),
    robotMap: Type.Union([Type.Null(), Type.String()], {
      default: null,
      description: 'the path of a robot map (JSON), for a robot given as a URDF file',
    }),
    fps: Type.Number({
      default: 30,
      minimum: 1,
      maximum: 240,
      description: 'a rate in frames per second; 29.97 is taken for 30000/1001',
    }),
    view: Type.Union([Type.Literal('auto'), Type.Literal('third-person'), Type.Literal('egocentric')], {
      default: 'auto',
    }),
    estimator: Type.String({ default: 'onnx', description: 'the name of an estimator' }),
    handModel: Type.Union([Type.Literal('lite'), Type.Literal('full')], { default: 'full' }),
    bodyModel: Type.Union([Type.Literal('lite'), Type.Literal('full'), Type.Literal('heavy')], {
      default: 'full',
    }),
    handNetwork: Type.Union([Type.Null(), Type.String({ minLength: 1 })], {
      default: null,
      description: 'the JSON file that describes a hand network of your own',
    }),
    bodyNetwork: Type.Union([Type.Null(), Type.String({ minLength: 1 })], {
      default: null,
      description: 'the JSON file that describes a body network of your own',
    }),
    intrinsics: Type.Union(
      [Type.Null(), Type.Array(Type.Number({ exclusiveMinimum: 0 }), { minItems: 4, maxItems: 4 })],
      {
        default: null,
        description: 'four positive numbers fx, fy, cx, cy in px of the upright source frame',
      },
    ),
    videoCodec: Type.Union([Type.Literal('av1'), Type.Literal('h264')], { default: 'av1' }),
    imageSize: Type.Array(Type.Integer({ minimum: 16, maximum: 7680, multipleOf: 2 }), {
      default: [640, 360],
      minItems: 2,
      maxItems: 2,
      description: 'two even numbers of px, width and height of the dataset video',
    }),
    task: Type.String({
      default: NO_TASK,
      description: 'task text where the input gives none',
    }),
    license: Type.String({
      default: NO_LICENSE,
      description: 'licence of the source where the input gives none',
    }),
    preview: Type.Boolean({ default: false, description: 'true or false' }),
    segmentBy: Type.Union([Type.Literal('whole'), Type.Literal('actions')], { default: 'whole' }),
    longestS: Type.Number({ default: 60, minimum: 1, description: 'a number of seconds, 1 or more' }),
    overlapS: Type.Number({ default: 0, minimum: 0, description: 'a number of seconds, 0 or more' }),
    mostPerClip: Type.Union([Type.Null(), Type.Integer({ minimum: 1 })], {
      default: null,
      description: 'a whole number of demonstrations, or null for all',
    }),
    workers: Type.Integer({
      default: 0,
      minimum: 0,
      maximum: 256,
      description: 'a whole number of media processes; 0: one per processor',
    }),
    store: Type.String({
      default: '',
      description: 'a folder, or s3://bucket/prefix, that holds the results of the stages',
    }),
    datasets: Type.String({
      default: '',
      description: 'the folder in which workers build datasets, each under its name',
    }),
    queue: Type.String({
      default: '',
      description: 'redis://…, postgres://…, or embedded:FOLDER for one process alone',
    }),
    keepBatchesDays: Type.Number({
      default: 90,
      minimum: 1,
      description: 'a number of days after which a queue forgets a batch that has ended',
    }),
    cacheDir: Type.String({ default: '', description: 'finished stages and converted networks' }),
    storeCacheBytes: Type.Number({
      default: 20 * 2 ** 30,
      minimum: 0,
      description: 'a number of bytes that copies of an s3:// store may take on this machine',
    }),
    allowHosts: Type.Array(Type.String(), {
      default: [],
      description: 'a list of host names that the address guard lets through',
    }),
    maxDownloadBytes: Type.Number({ default: 4 * 2 ** 30, minimum: 1, description: 'a number of bytes' }),
    maxDownloadSeconds: Type.Number({ default: 3600, minimum: 1, description: 'a number of seconds' }),
    hostConcurrency: Type.Integer({
      default: 2,
      minimum: 1,
      description: 'a whole number of downloads from one host at once',
    }),
    hostDelayMs: Type.Number({
      default: 200,
      minimum: 0,
      description: 'ms from the start of one download from a host to that of the next',
    }),
    robotsTxt: Type.Union([Type.Literal('obey'), Type.Literal('ignore')], { default: 'obey' }),
    licenseAllow: Type.Array(Type.String(), {
      default: [],
      description: 'a list of licences that may be used, with * for any part; empty: all but the denied',
    }),
    licenseDeny: Type.Array(Type.String(), {
      default: [],
      description: 'a list of licences that may not be used, with * for any part',
    }),
    licenseUnknown: Type.Union([Type.Literal('use'), Type.Literal('refuse')], { default: 'use' }),
    ytDlp: Type.String({
      default: 'yt-dlp',
      description: 'the name or path of yt-dlp, or an empty text to do without it',
    }),
  },
  { additionalProperties: false },
);

export type Config = Type.Static<typeof ConfigSchema>;

const defaultCacheDir = () =>
  path.join(process.env.XDG_CACHE_HOME || path.join(homedir(), '.cache'), 'understudy');

function fromEnvironment(env: NodeJS.ProcessEnv): Partial<Config> {
  return {
    ...(env.UNDERSTUDY_CACHE && { cacheDir: env.UNDERSTUDY_CACHE }),
    ...(env.UNDERSTUDY_STORE && { store: env.UNDERSTUDY_STORE }),
    ...(env.UNDERSTUDY_DATASETS && { datasets: env.UNDERSTUDY_DATASETS }),
    ...((env.UNDERSTUDY_QUEUE || env.REDIS_URL) && { queue: env.UNDERSTUDY_QUEUE || env.REDIS_URL }),
    ...(env.UNDERSTUDY_ALLOW_HOSTS && {
      allowHosts: env.UNDERSTUDY_ALLOW_HOSTS.split(',')
        .map(host => host.trim())
        .filter(Boolean),
    }),
  };
}

function fromFile(file: string): Partial<Config> {
  try {
    return JSON.parse(readFileSync(file, 'utf8')) as Partial<Config>;
  } catch (error) {
    throw new ConfigError(
      `configuration file ${file} cannot be read as JSON: ${(error as Error).message}`,
      error,
    );
  }
}

const known = ConfigSchema.properties as Record<
  string,
  { description?: string; anyOf?: { const?: string }[] }
>;

function explain(merged: Record<string, unknown>, name: string | undefined): string {
  const stray = Object.keys(merged).find(key => !Object.hasOwn(known, key));
  if (!name || stray)
    return `configuration: '${stray}' is no setting; the settings are ${Object.keys(known).join(', ')}`;
  const choices = known[name].anyOf?.flatMap(option => option.const ?? []) ?? [];
  const [wrong] = Value.Errors(ConfigSchema.properties[name as keyof Config], merged[name]);
  const right =
    choices.length > 0 ? `one of ${choices.join(', ')}` : (known[name].description ?? wrong.message);
  const detail = choices.length > 0 || wrong.keyword === 'anyOf' ? '' : ` (${wrong.message})`;
  return `configuration: ${name} is ${JSON.stringify(merged[name])}; it has to be ${right}${detail}`;
}

/**
 * Merge and check. `given` are flags or a request body; undefined entries count as not given.
 * @throws ConfigError naming the first wrong entry and what would be right.
 */
export function loadConfig(given: Partial<Config> = {}, file?: string): Config {
  const stated = Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined));
  const merged = Value.Default(ConfigSchema, {
    ...(file ? fromFile(file) : {}),
    ...fromEnvironment(process.env),
    ...stated,
  }) as Config;
  const [wrong] = Value.Errors(ConfigSchema, merged);
  if (wrong) throw new ConfigError(explain(merged, wrong.instancePath.split('/')[1]));
  const cacheDir = path.resolve(merged.cacheDir || defaultCacheDir());
  const store = merged.store || path.join(cacheDir, 'artifacts');
  return {
    ...merged,
    // A blank text says nothing.
    task: merged.task.trim() || NO_TASK,
    license: merged.license.trim() || NO_LICENSE,
    fps: nearestRate(merged.fps),
    workers: merged.workers || availableParallelism(),
    cacheDir,
    store,
    datasets: path.resolve(merged.datasets || path.join(isFolder(store) ? store : cacheDir, 'datasets')),
    queue: merged.queue || `embedded:${path.join(isFolder(store) ? store : cacheDir, 'queue')}`,
  };
}

const isFolder = (store: string) => !/^[a-z0-9+]+:\/\//i.test(store);

const configFolder = () =>
  path.join(process.env.XDG_CONFIG_HOME || path.join(homedir(), '.config'), 'understudy');

/** What a store that is not a folder needs: the standard variables of AWS, and an address for other servers. */
export function storeAccess({ cacheDir, storeCacheBytes }: Config) {
  const { AWS_ACCESS_KEY_ID: accessKeyId, AWS_SECRET_ACCESS_KEY: secretAccessKey } = process.env;
  const region = process.env.AWS_REGION || process.env.AWS_DEFAULT_REGION || 'us-east-1';
  const endpoint = process.env.UNDERSTUDY_S3_ENDPOINT || `https://s3.${region}.amazonaws.com`;
  return {
    s3: accessKeyId && secretAccessKey ? { endpoint, region, accessKeyId, secretAccessKey } : null,
    storeCacheDir: path.join(cacheDir, 's3'),
    storeCacheBytes,
  };
}

/** What else is read of the environment. */
export const environment = {
  /** The file of a server's tokens. */
  tokens: () => process.env.UNDERSTUDY_TOKENS || path.join(configFolder(), 'tokens.json'),
  /** The token that a client sends. */
  token: () => process.env.UNDERSTUDY_TOKEN,
  /** The server that a client asks. */
  server: () => process.env.UNDERSTUDY_SERVER,
  /**
   * For child processes. SVT_LOG=1: SVT-AV1 prints errors only (its EbSvtAv1.h). The others, of glibc's mallopt(3), give
   * pictures back to the system when they are freed: else the arenas of decoders' threads grow with a video's length.
   */
  forChildren: (): NodeJS.ProcessEnv => ({
    SVT_LOG: '1',
    MALLOC_ARENA_MAX: '1',
    MALLOC_MMAP_THRESHOLD_: '262144',
    MALLOC_TRIM_THRESHOLD_: '262144',
    ...process.env,
  }),
  /** For programs of others: where programs are and how text is written, and nothing that is secret. */
  forTools: (): NodeJS.ProcessEnv => {
    const { PATH, LANG, HOME, TMPDIR, SSL_CERT_FILE, SSL_CERT_DIR } = process.env;
    return { PATH, LANG, HOME, TMPDIR, SSL_CERT_FILE, SSL_CERT_DIR };
  },
  isTerminal: () => Boolean(process.stderr.isTTY) && process.env.TERM !== 'dumb',
};
