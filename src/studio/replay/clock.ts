/**
 * The one clock of the replay view. Its frame is the one that is on the screen, not the one that was asked for:
 * with a film it is read off each picture that the browser presents, frame = ⌊(mediaTime − start) · fps + ε⌋.
 */
export interface Clock {
  readonly frame: number;
  readonly playing: boolean;
  rate: number;
  loop: boolean;
  play(): void;
  pause(): void;
  /** Clamped to the episode. */
  seek(frame: number): void;
  close(): void;
}

/** @param picture the film's picture of that frame; null: there is none, or the video element shows it. The clock closes it. */
export type Show = (frame: number, picture: VideoFrame | null) => void;

/** Rounding of presentation times in a container's time base stays far below this, frames. */
const EPSILON = 0.05;

/** The frame of an episode of T frames that a presentation time (s) belongs to. */
export const frameAt = (seconds: number, fps: number, frames: number): number =>
  Math.min(frames - 1, Math.max(0, Math.floor(seconds * fps + EPSILON)));

export interface Span {
  fps: number;
  /** T. */
  frames: number;
}

/** A clock without a film: the time of the page itself. */
export function timerClock({ fps, frames }: Span, show: Show, changed: () => void): Clock {
  let [at, last, request] = [0, 0, 0];
  const clock = {
    frame: 0,
    playing: false,
    rate: 1,
    loop: true,
    play() {
      if (clock.playing) return;
      if (clock.frame === frames - 1) at = 0;
      clock.playing = true;
      last = performance.now();
      request = requestAnimationFrame(tick);
      changed();
    },
    pause() {
      cancelAnimationFrame(request);
      clock.playing = false;
      changed();
    },
    seek(frame: number) {
      at = Math.min(frames - 1, Math.max(0, frame)) / fps;
      present();
    },
    close: () => cancelAnimationFrame(request),
  };
  const present = () => {
    clock.frame = frameAt(at, fps, frames);
    show(clock.frame, null);
  };
  const tick = (now: number) => {
    at += (Math.max(0, now - last) / 1000) * clock.rate;
    last = now;
    if (at >= frames / fps) {
      if (!clock.loop) {
        at = (frames - 1) / fps;
        present();
        return clock.pause();
      }
      at %= frames / fps;
    }
    if (frameAt(at, fps, frames) !== clock.frame) present();
    request = requestAnimationFrame(tick);
  };
  return clock;
}

/** What the video shows now, with its time; null where the browser does not give it (it does in secure contexts). */
function pictureOf(video: HTMLVideoElement): VideoFrame | null {
  if (!('VideoFrame' in globalThis) || video.readyState < video.HAVE_CURRENT_DATA) return null;
  try {
    return new VideoFrame(video);
  } catch {
    return null;
  }
}

/** A clock that follows a film; `startS` is where the episode begins in it. */
export function filmClock(
  video: HTMLVideoElement,
  { fps, frames, startS }: Span & { startS: number },
  show: Show,
  changed: () => void,
): Clock {
  let wanted: number | null = null;
  let request = 0;
  const middleOf = (frame: number) => startS + (frame + 0.5) / fps;
  const present = (told: number) => {
    // A page that is late draws a later picture than it was told of: the picture itself says which it is.
    const picture = pictureOf(video);
    const seconds = picture ? picture.timestamp / 1e6 : told;
    // Past the episode's last frame: a file may hold several episodes, and the picture is of the next one.
    if (clock.playing && (seconds - startS) * fps > frames - 1 + EPSILON) {
      picture?.close();
      return finish();
    }
    clock.frame = frameAt(seconds - startS, fps, frames);
    show(clock.frame, picture);
    picture?.close();
  };
  const finish = () => {
    if (!clock.loop) clock.pause();
    clock.seek(clock.loop ? 0 : frames - 1);
  };
  const clock = {
    frame: 0,
    get playing() {
      return !video.paused && !video.ended;
    },
    get rate() {
      return video.playbackRate;
    },
    set rate(rate: number) {
      video.playbackRate = rate;
      video.defaultPlaybackRate = rate;
    },
    loop: true,
    play() {
      if (clock.frame === frames - 1) clock.seek(0);
      // The browser refuses only where sound is on or the film is broken; the latter has its own notice.
      video.play().catch(() => changed());
    },
    pause: () => video.pause(),
    seek(frame: number) {
      wanted = Math.min(frames - 1, Math.max(0, frame));
      if (video.seeking) return;
      video.currentTime = middleOf(wanted);
    },
    close() {
      abort.abort();
      if ('cancelVideoFrameCallback' in video) video.cancelVideoFrameCallback(request);
      else cancelAnimationFrame(request);
      video.pause();
    },
  };
  const abort = new AbortController();
  const on = (event: string, run: () => void) => video.addEventListener(event, run, { signal: abort.signal });
  on('play', changed);
  on('pause', changed);
  on('ended', () => {
    if (!clock.loop) return changed();
    clock.seek(0);
    clock.play();
  });
  on('seeked', () => {
    const done = wanted === null || frameAt(video.currentTime - startS, fps, frames) === wanted;
    // Scrubbing asks for more than a decoder can show: only the last wish is followed.
    if (!done) video.currentTime = middleOf(wanted!);
    else {
      wanted = null;
      if (video.paused) present(video.currentTime);
    }
  });
  // The first picture is asked for too: a browser may wait with it until then.
  on('loadeddata', () => clock.seek(clock.frame));
  if ('requestVideoFrameCallback' in video) {
    const presented = (_: number, { mediaTime }: VideoFrameCallbackMetadata) => {
      present(mediaTime);
      request = video.requestVideoFrameCallback(presented);
    };
    request = video.requestVideoFrameCallback(presented);
  } else {
    const poll = () => {
      if (clock.playing) present((video as HTMLVideoElement).currentTime);
      request = requestAnimationFrame(poll);
    };
    request = requestAnimationFrame(poll);
  }
  return clock;
}
