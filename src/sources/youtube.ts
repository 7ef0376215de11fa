/** YouTube without an external program: where the pictures of a video are, as youtubei.js finds out. */
import { SourceError, SourceUnavailableError } from '../core/errors.ts';

/** Clients whose answers hold plain addresses, tried in this order; others' have to be deciphered by a script. */
const CLIENTS = ['ANDROID_VR', 'IOS', 'ANDROID'] as const;
/** Taller pictures add nothing that the networks would see. */
const TALLEST_PX = 1080;

const HOSTS = /(^|\.)(youtube\.com|youtube-nocookie\.com)$/;
const ID = /^[\w-]{11}$/;

/** The id of the video that an address names; null where it is no address of YouTube's. */
export function youtubeId(url: URL): string | null {
  const [first, second] = url.pathname.split('/').filter(Boolean);
  const id =
    url.hostname === 'youtu.be'
      ? first
      : !HOSTS.test(url.hostname)
        ? null
        : first === 'watch'
          ? url.searchParams.get('v')
          : ['shorts', 'embed', 'live', 'v'].includes(first)
            ? second
            : null;
  return id && ID.test(id) ? id : null;
}

/**
 * The http address of the video's best pictures, of at most 1080 lines.
 * @param ask how YouTube is asked: a fetch that is guarded
 * @throws SourceError when there is no such video, for good; SourceUnavailableError when it may work later
 */
export async function youtubeAddress(id: string, ask: typeof fetch): Promise<string> {
  const { Innertube, Log } = await import('youtubei.js');
  Log.setLevel(Log.Level.NONE);
  let why = 'no client is given an address of the pictures';
  try {
    const youtube = await Innertube.create({
      fetch: ask,
      retrieve_player: false,
      generate_session_locally: true,
    });
    for (const client of CLIENTS) {
      const { playability_status: status, streaming_data: streams } = await youtube.getBasicInfo(id, {
        client,
      });
      if (status?.status === 'ERROR' || status?.status === 'UNPLAYABLE')
        throw new SourceError(`YouTube ${id}: ${status.reason || status.status}`);
      if (status && status.status !== 'OK') why = status.reason || status.status;
      const formats = [...(streams?.adaptive_formats ?? []), ...(streams?.formats ?? [])]
        .filter(({ has_video, url, height = 0 }) => has_video && url && height <= TALLEST_PX)
        .sort((a, b) => (b.height ?? 0) - (a.height ?? 0) || b.bitrate - a.bitrate);
      if (formats[0]?.url) return formats[0].url;
    }
  } catch (error) {
    if (error instanceof SourceError) throw error;
    const { message, cause, info } = error as Error & { cause?: Error; info?: { reason?: string } };
    if (/unavailable/i.test(message)) throw new SourceError(`YouTube ${id}: ${info?.reason ?? message}`);
    why = cause?.message ?? message;
  }
  throw new SourceUnavailableError(`YouTube ${id}: ${why}; with yt-dlp installed it may work`);
}
