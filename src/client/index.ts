/**
 * A server of Understudy as an object: for programs and for pages. Runs in Node and in browsers, with nothing but
 * `fetch`.
 *
 *     const server = connect('http://127.0.0.1:8090');
 *     const { id } = await server.submit({ items: [{ url: 'https://…/pour.mp4' }] });
 *     for await (const message of server.batchEvents(id)) console.log(message.event, message.data);
 */
import type { Batch, BatchRequest, DatasetBuild, Job, JobState, Page } from '../../queue/types.ts';
import type {
  EpisodePage,
  EpisodeQuery,
  FileEntry,
  ListType,
  PageRequest,
  RobotEntry,
  Session,
  Submission,
  TrajectoryJson,
  Verdict,
} from '../core/api.ts';
import type { CorpusDiversity, Review, ReviewedEpisode } from '../core/episode.ts';
import type { RobotModel } from '../core/robot.ts';
import { type EventMessage, follow } from './events.ts';
import { type Ask, asker, type ConnectOptions } from './request.ts';
import { filesOfTar } from './tar.ts';

export type {
  Batch,
  BatchItem,
  BatchRequest,
  BatchSettings,
  DatasetBuild,
  Job,
  JobEvent,
  JobState,
  Page,
} from '../../queue/types.ts';
export type * from '../core/api.ts';
export type { CorpusDiversity, EpisodeRecord, Review, ReviewedEpisode } from '../core/episode.ts';
export type { EventMessage } from './events.ts';
export { type ConnectOptions, ProblemError } from './request.ts';

/** A list as text, in the form that `type` says. */
export interface ListText {
  text: string;
  type: ListType;
}
type BatchSettingsQuery = BatchRequest['settings'] & { priority?: number };
/** Videos with their settings, or a list as text with them. */
export type Submitted = (Pick<BatchRequest, 'items' | 'priority'> | ListText) & BatchSettingsQuery;
interface Watching {
  signal?: AbortSignal;
  /** Id of the last event that was seen. */
  after?: string;
}

const part = encodeURIComponent;

/** @param address of the server, such as http://127.0.0.1:8090; '' is the page's own */
export function connect(address: string, options: ConnectOptions = {}) {
  const ask: Ask = asker(address, options);
  const json = <T>(method: string, path: string, body?: unknown, headers?: Record<string, string>) =>
    ask(method, path, { body, headers }).then(response => response.json() as Promise<T>);
  const get = <T>(path: string, query?: object) => json<T>('GET', path + queryOf(query));
  const placed = (path: string) => `${address.replace(/\/$/, '')}${path}`;

  return {
    /** The same `idempotencyKey` and request give the batch of the first time. */
    submit(request: Submitted, idempotencyKey?: string): Promise<Submission> {
      const headers = idempotencyKey === undefined ? undefined : { 'idempotency-key': idempotencyKey };
      if (!('text' in request)) return json('POST', '/v1/batches', request, headers);
      const { text, type, ...settings } = request;
      return json('POST', `/v1/batches${queryOf(settings)}`, { text, type } satisfies ListText, headers);
    },
    /** What would be refused, row by row; nothing is fetched. */
    validate: (list: Pick<BatchRequest, 'items'> | ListText) =>
      json<{ rows: Verdict[] }>('POST', '/v1/validate', list).then(({ rows }) => rows),
    batches: (page: PageRequest = {}) => get<Page<Batch>>('/v1/batches', page),
    batch: (id: string) => get<Batch>(`/v1/batches/${part(id)}`),
    cancelBatch: (id: string) => json<Batch>('DELETE', `/v1/batches/${part(id)}`),
    /** From the whole state to the end; connections that break are taken up again. */
    batchEvents: (id: string, watching: Watching = {}): AsyncIterable<EventMessage> =>
      follow(ask, `/v1/batches/${part(id)}/events`, watching),

    jobs: (filter: PageRequest & { batch?: string; state?: JobState } = {}) =>
      get<Page<Job>>('/v1/jobs', filter),
    job: (id: string) => get<Job>(`/v1/jobs/${part(id)}`),
    cancelJob: (id: string) => json<Job>('DELETE', `/v1/jobs/${part(id)}`),
    /** Of a failed or cancelled one. */
    retryJob: (id: string) => json<Job>('POST', `/v1/jobs/${part(id)}/retry`),
    jobEvents: (id: string, watching: Watching = {}): AsyncIterable<EventMessage> =>
      follow(ask, `/v1/jobs/${part(id)}/events`, watching),

    episodes: (query: EpisodeQuery = {}) => get<EpisodePage>('/v1/episodes', query),
    /** Where wrists were and how hands held, over all episodes that are not rejected. */
    diversity: () => get<CorpusDiversity>('/v1/episodes/diversity'),
    episode: (id: string) => get<ReviewedEpisode>(`/v1/episodes/${part(id)}`),
    review: (id: string, decision: Review['decision'], reason = '') =>
      json<ReviewedEpisode>('PUT', `/v1/episodes/${part(id)}/review`, { decision, reason }),
    /** Take a review back. */
    unreview: (id: string) => json<ReviewedEpisode>('DELETE', `/v1/episodes/${part(id)}/review`),
    trajectory: (id: string) => get<TrajectoryJson>(`/v1/episodes/${part(id)}/trajectory`),
    /** As an Arrow stream, for `tableFromIPC`. */
    trajectoryArrow: (id: string) =>
      ask('GET', `/v1/episodes/${part(id)}/trajectory`, {
        headers: { accept: 'application/vnd.apache.arrow.stream' },
      }).then(bytesOf),
    /** The files of the episode's shard. */
    episodeFiles: (id: string) =>
      get<{ files: FileEntry[] }>(`/v1/episodes/${part(id)}/files`).then(({ files }) => files),
    episodeFile: (id: string, name: string) =>
      ask('GET', `/v1/episodes/${part(id)}/files/${part(name)}`).then(bytesOf),
    /** All JSON and all arrays of the shard, by their names, in one request. */
    episodeArrays: (id: string) =>
      ask('GET', `/v1/episodes/${part(id)}/arrays`)
        .then(bytesOf)
        .then(filesOfTar),
    /** Address of a film or picture, for an element of a page; a server with tokens needs `signIn` before. */
    pictureAddress: (id: string, name: 'film' | 'preview' | 'poster' | 'thumbnail') =>
      placed(`/v1/episodes/${part(id)}/${name}`),

    /** Build, or bring up to date; `dataset` says how far it is. */
    buildDataset: (request: { name: string; where?: string; format?: string }) =>
      json<DatasetBuild>('POST', '/v1/datasets', request),
    datasets: (page: PageRequest = {}) => get<Page<DatasetBuild>>('/v1/datasets', page),
    dataset: (name: string) => get<DatasetBuild>(`/v1/datasets/${part(name)}`),
    datasetFiles: (name: string) =>
      get<{ files: FileEntry[] }>(`/v1/datasets/${part(name)}/files`).then(({ files }) => files),
    datasetFile: (name: string, file: string) =>
      ask('GET', `/v1/datasets/${part(name)}/files/${file.split('/').map(part).join('/')}`).then(bytesOf),
    /** A file of a LeRobot dataset at another address, read through by the server. */
    remoteFile: (dataset: string, file: string) =>
      ask(
        'GET',
        `/v1/remote/files/${file.split('/').map(part).join('/')}${queryOf({ address: dataset })}`,
      ).then(bytesOf),
    /** Where the files of a dataset at another address begin on this server, as `openDataset` takes it. */
    remoteAddress: (dataset: string) => placed(`/v1/remote/files/${queryOf({ address: dataset })}`),
    /** The whole dataset as a tar archive, as it comes. */
    datasetArchive: (name: string) =>
      ask('GET', `/v1/datasets/${part(name)}/download`).then(response => response.body!),
    archiveAddress: (name: string) => placed(`/v1/datasets/${part(name)}/download`),

    robots: () => get<{ robots: RobotEntry[] }>('/v1/robots').then(({ robots }) => robots),
    robot: (name: string) => get<RobotModel>(`/v1/robots/${part(name)}`),

    session: () => get<Session>('/v1/session'),
    /** Keep the token in a cookie that scripts cannot read: for pages of this server. */
    signIn: (token: string) => json<Session>('POST', '/v1/session', { token }),
    signOut: () => ask('DELETE', '/v1/session').then(() => undefined),
  };
}

export type Client = ReturnType<typeof connect>;

const bytesOf = async (response: Response) => new Uint8Array(await response.arrayBuffer());

/** '?a=1&b=2' of what is given; '' of nothing. */
function queryOf(query: object = {}): string {
  const given = Object.entries(query).filter(([, value]) => value !== undefined);
  return given.length === 0
    ? ''
    : `?${new URLSearchParams(given.map(([key, value]): [string, string] => [key, String(value)]))}`;
}
