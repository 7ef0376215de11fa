/**
 * The pane with the film and the landmarks over it, drawn into one canvas: picture and landmarks reach the screen
 * together, and the page is composed once per frame. A film that is missing or cannot be played says so.
 */
import { h } from '../shell/element.ts';
import { notice } from '../shell/notice.ts';
import { drawLandmarks, type OverlayChoice } from './overlay.ts';
import type { Replay } from './replay.ts';

export interface FilmPane {
  element: HTMLElement;
  /** null: there is no film. Never shown itself: its pictures are. */
  video: HTMLVideoElement | null;
  /** The frame that is drawn; null: none. */
  readonly shown: number | null;
  /** @param picture of that frame; null: what the video shows now. */
  show(frame: number, picture: VideoFrame | null): void;
  choose(choice: OverlayChoice): void;
  close(): void;
}

/** @param failed the film cannot be played. */
export function createFilmPane(replay: Replay, failed: () => void): FilmPane {
  const element = h('div', { class: 'pane film' });
  if (!replay.film) {
    element.append(notice('empty', 'No film', replay.missing[0] ?? 'This episode has no film.'));
    return { element, video: null, shown: null, show() {}, choose() {}, close() {} };
  }
  const video = h('video', { src: replay.film.address, playsinline: true, preload: 'auto' });
  video.muted = true;
  const canvas = h('canvas', {
    class: 'picture',
    role: 'img',
    'aria-label': 'The source video of this episode, with what was seen of the person over it',
  });
  const context = canvas.getContext('2d', { alpha: false })!;
  element.append(canvas);
  let choice: OverlayChoice = { hands: true, body: true, confidence: false };
  let shown: number | null = null;
  let size = { width: 1, height: 1 };

  const resize = new ResizeObserver(([{ contentRect }]) => {
    const ratio = Math.min(2, devicePixelRatio);
    size = { width: contentRect.width * ratio, height: contentRect.height * ratio };
    if (shown !== null) pane.show(shown, null);
  });
  resize.observe(element);
  video.addEventListener('error', () => {
    const reason = video.error?.message || 'its format is not one that this browser plays';
    element.replaceChildren(notice('error', 'The film cannot be played', reason));
    failed();
  });
  const pane: FilmPane = {
    element,
    video,
    get shown() {
      return shown;
    },
    show(frame, picture) {
      const { videoWidth, videoHeight } = video;
      if (videoWidth === 0 || video.error) return;
      const scale = Math.min(size.width / videoWidth, size.height / videoHeight);
      const [width, height] = [Math.round(videoWidth * scale), Math.round(videoHeight * scale)];
      if (canvas.width !== width || canvas.height !== height) [canvas.width, canvas.height] = [width, height];
      context.setTransform(1, 0, 0, 1, 0, 0);
      context.drawImage(picture ?? video, 0, 0, width, height);
      if (replay.landmarks) {
        context.setTransform(scale, 0, 0, scale, 0, 0);
        const unit = Math.max(1, Math.hypot(videoWidth, videoHeight) / 620);
        drawLandmarks({ context, frame, unit }, replay.landmarks, choice);
      }
      shown = frame;
    },
    choose(next) {
      choice = next;
      if (shown !== null) pane.show(shown, null);
    },
    close() {
      resize.disconnect();
      video.removeAttribute('src');
      video.load();
    },
  };
  return pane;
}
