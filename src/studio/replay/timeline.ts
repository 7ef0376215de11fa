/**
 * The common time line: one status band per part, the slider, and the curves below them, all over the same
 * pixels. Frame t of T stands at (t + ½) / T of the width. What does not change is drawn once; the line of the
 * current frame is moved over it.
 */
import { PARTS, STATUS_NAMES } from '../../core/types.ts';
import { h, setText } from '../shell/element.ts';
import { colourOf } from '../shell/theme.ts';
import { plain } from '../shell/words.ts';
import { STATUS_COLOURS } from './figure.ts';
import type { JointMotion } from './replay.ts';
import type { CurveGroup, CurveRow } from './tracks.ts';

/** px. */
const BAND = 9;
const ROW = 34;

export interface Timeline {
  element: HTMLElement;
  /** Moves the line, and says the values of that frame. */
  show(frame: number): void;
  /** Another robot's curves. */
  setCurves(groups: readonly CurveGroup[], joints: JointMotion): void;
  /** Draws again, after a change of size or colours. */
  redraw(): void;
  /** The frame that is marked now. */
  readonly shown: number;
}

export function createTimeline(frames: number, seek: (frame: number) => void): Timeline {
  let groups: readonly CurveGroup[] = [];
  let chosen = 0;
  let shown = 0;
  let joints: JointMotion | null = null;
  const slider = h('input', {
    type: 'range',
    min: 0,
    max: frames - 1,
    value: 0,
    step: 1,
    class: 'scrub',
    'aria-label': 'Frame',
    oninput: () => seek(Number(slider.value)),
  });
  const bandNames = h('div', { class: 'band-names' });
  const bands = h('canvas', { class: 'bands', role: 'img', 'aria-label': 'Status of each part over time' });
  const tabs = h('div', { class: 'tabs', role: 'tablist', 'aria-label': 'Curves' });
  const labels = h('div', { class: 'curve-labels' });
  const curves = h('canvas', { class: 'curves', role: 'img' });
  const line = h('div', { class: 'playhead', 'aria-hidden': 'true' });
  const plot = h('div', { class: 'plot' }, curves);
  const over = h('div', { class: 'over' }, line);
  const legend = h(
    'ul',
    { class: 'legend', 'aria-label': 'Colours of the bands' },
    ...STATUS_NAMES.map((name, s) => {
      const chip = h('span', { class: 'chip' });
      chip.style.background = STATUS_COLOURS[s];
      return h('li', {}, chip, name);
    }),
  );
  const element = h(
    'section',
    { class: 'timeline', 'aria-label': 'Time line' },
    h('div', { class: 'rail' }, bandNames, h('div', { class: 'plot' }, bands, slider)),
    h('div', { class: 'curve-bar' }, tabs, legend),
    h('div', { class: 'rail scroll' }, labels, plot),
    over,
  );
  followPointer(bands, plot, frames, seek);

  const values: HTMLElement[] = [];
  const choose = (index: number) => {
    chosen = Math.min(index, Math.max(0, groups.length - 1));
    [...tabs.children].forEach((tab, i) => {
      tab.setAttribute('aria-selected', String(i === chosen));
      (tab as HTMLElement).tabIndex = i === chosen ? 0 : -1;
    });
    values.length = 0;
    const rows = groups[chosen]?.rows ?? [];
    labels.replaceChildren(
      ...rows.map(row => {
        const value = h('span', { class: 'value' });
        values.push(value);
        return h('div', { class: 'curve-label', title: row.name }, h('span', {}, row.label), value);
      }),
    );
    curves.setAttribute('aria-label', `Curves: ${groups[chosen]?.name ?? 'none'}`);
    drawCurves(curves, rows, joints, frames);
    timeline.show(shown);
  };
  const timeline: Timeline = {
    element,
    get shown() {
      return shown;
    },
    show(frame) {
      shown = frame;
      slider.value = String(frame);
      line.style.transform = `translateX(${((frame + 0.5) / frames) * over.clientWidth}px)`;
      const rows = groups[chosen]?.rows ?? [];
      for (let i = 0; i < values.length; i++) setText(values[i], valueText(rows[i], frame));
    },
    setCurves(next, motion) {
      [groups, joints] = [next, motion];
      tabs.replaceChildren(
        ...groups.map((group, i) =>
          h('button', { type: 'button', role: 'tab', class: 'tab', onclick: () => choose(i) }, group.name),
        ),
      );
      tabs.onkeydown = event => {
        const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
        if (!step) return;
        event.stopPropagation();
        choose((chosen + step + groups.length) % groups.length);
        (tabs.children[chosen] as HTMLElement).focus();
      };
      bandNames.replaceChildren(
        ...(motion.status ? PARTS.map(part => h('div', { class: 'band-name' }, plain(part))) : []),
      );
      legend.hidden = !motion.status;
      drawBands(bands, motion, frames);
      choose(chosen);
    },
    redraw() {
      if (!joints) return;
      drawBands(bands, joints, frames);
      drawCurves(curves, groups[chosen]?.rows ?? [], joints, frames);
      timeline.show(shown);
    },
  };
  return timeline;
}

/** Pressing or dragging on a picture of the time seeks. */
function followPointer(
  bands: HTMLElement,
  plot: HTMLElement,
  frames: number,
  seek: (frame: number) => void,
): void {
  for (const picture of [bands, plot]) {
    const go = (event: PointerEvent) => {
      const { left, width } = picture.getBoundingClientRect();
      seek(Math.floor(((event.clientX - left) / width) * frames));
    };
    picture.addEventListener('pointerdown', event => {
      picture.setPointerCapture(event.pointerId);
      go(event);
    });
    picture.addEventListener('pointermove', event => {
      if (picture.hasPointerCapture(event.pointerId)) go(event);
    });
  }
}

const valueText = (row: CurveRow, frame: number): string => {
  const value = row.values[frame];
  return Number.isNaN(value) ? 'held' : `${value.toFixed(row.digits)} ${row.unit}`;
};

function sized(canvas: HTMLCanvasElement, height: number): [CanvasRenderingContext2D, number] {
  const ratio = Math.min(2, devicePixelRatio);
  const width = canvas.parentElement?.clientWidth || 600;
  canvas.width = Math.round(width * ratio);
  canvas.height = Math.round(height * ratio);
  canvas.style.height = `${height}px`;
  const context = canvas.getContext('2d')!;
  context.setTransform(ratio, 0, 0, ratio, 0, 0);
  return [context, width];
}

function drawBands(canvas: HTMLCanvasElement, { status }: JointMotion, frames: number): void {
  const [context, width] = sized(canvas, status ? PARTS.length * (BAND + 2) : 0);
  if (!status) return;
  PARTS.forEach((_, p) => {
    runsOf(status, p, frames, (from, to, value) => {
      context.fillStyle = STATUS_COLOURS[value];
      context.fillRect((from / frames) * width, p * (BAND + 2), ((to - from) / frames) * width, BAND);
    });
  });
}

function drawCurves(
  canvas: HTMLCanvasElement,
  rows: readonly CurveRow[],
  joints: JointMotion | null,
  frames: number,
): void {
  const [context, width] = sized(canvas, rows.length * ROW);
  const colours = {
    ink: colourOf(canvas.parentElement!, '--curve'),
    line: colourOf(canvas.parentElement!, '--line'),
  };
  rows.forEach((row, i) => {
    const top = i * ROW;
    const y = (value: number) => top + 4 + (ROW - 8) * (1 - (value - row.low) / (row.high - row.low || 1));
    if (joints?.status && row.part) {
      context.globalAlpha = 0.16;
      runsOf(joints.status, PARTS.indexOf(row.part), frames, (from, to, value) => {
        context.fillStyle = value === 0 ? 'transparent' : STATUS_COLOURS[value];
        context.fillRect((from / frames) * width, top, ((to - from) / frames) * width, ROW);
      });
      context.globalAlpha = 1;
    }
    context.strokeStyle = colours.line;
    context.lineWidth = 1;
    context.setLineDash([]);
    stroke(context, [0, top + ROW - 0.5, width, top + ROW - 0.5]);
    context.setLineDash([3, 3]);
    for (const limit of row.limits) stroke(context, [0, y(limit), width, y(limit)]);
    context.setLineDash([]);
    context.strokeStyle = colours.ink;
    context.lineWidth = 1.5;
    context.lineJoin = 'round';
    context.beginPath();
    let open = false;
    row.values.forEach((value, t) => {
      if (Number.isNaN(value)) {
        open = false;
        return;
      }
      const x = ((t + 0.5) / frames) * width;
      if (open) context.lineTo(x, y(value));
      else context.moveTo(x, y(value));
      open = true;
    });
    context.stroke();
  });
}

function stroke(context: CanvasRenderingContext2D, [x0, y0, x1, y1]: [number, number, number, number]): void {
  context.beginPath();
  context.moveTo(x0, y0);
  context.lineTo(x1, y1);
  context.stroke();
}

/** Runs of equal status of part p: frames [from, to). */
function runsOf(
  status: Uint8Array,
  p: number,
  frames: number,
  run: (from: number, to: number, value: number) => void,
): void {
  let from = 0;
  for (let t = 1; t <= frames; t++) {
    const value = status[from * PARTS.length + p];
    if (t < frames && status[t * PARTS.length + p] === value) continue;
    run(from, t, value);
    from = t;
  }
}
