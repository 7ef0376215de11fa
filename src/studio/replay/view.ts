/** The replay of one episode: film, robot and curves on one clock. */
import { loadRobot, robotNames } from '../../../models/robots/registry.ts';
import { h, setText } from '../shell/element.ts';
import { THEME_EVENT } from '../shell/theme.ts';
import { type Clock, filmClock, timerClock } from './clock.ts';
import { createFilmPane } from './film-pane.ts';
import { qualityList } from './quality.ts';
import type { JointMotion, Replay } from './replay.ts';
import { createRobotView } from './robot-view.ts';
import { jointsOf } from './shard.ts';
import { createSolver } from './solve.ts';
import type { ReplayState } from './state.ts';
import { createTimeline } from './timeline.ts';
import { curveGroups } from './tracks.ts';
import { createTransport } from './transport.ts';

export { warmUp } from './scene.ts';

export interface ReplayOptions {
  /** performance.now() when the episode was asked for. */
  askedAt: number;
  startWorker(): Worker;
  /** More panels beside the pictures, before and after what is said of the episode itself. */
  panels?: readonly HTMLElement[];
  below?: readonly HTMLElement[];
}

/** Fills `host`; the caller ends it by the signal. */
export function showReplay(
  host: HTMLElement,
  replay: Replay,
  { askedAt, startWorker, panels = [], below = [] }: ReplayOptions,
  signal: AbortSignal,
): void {
  const { frames, fps } = replay;
  let [robot, joints] = [replay.robot, replay.joints];
  let drawn = 0;
  let openedMs: number | null = null;

  const show = (frame: number, picture: VideoFrame | null = null) => {
    film.show(frame, picture);
    robotView.show(frame);
    timeline.show(frame);
    transport.show(frame);
    drawn++;
    if (!film.video || film.shown !== null) openedMs ??= performance.now() - askedAt;
  };
  const changed = () => transport.refresh();
  // The film comes over the network while the robot's picture is made.
  const film = createFilmPane(replay, () => {
    clock.close();
    clock = timerClock({ fps, frames }, show, changed);
    show(0);
  });
  const robotView = createRobotView(replay);
  let clock: Clock = film.video
    ? filmClock(film.video, { fps, frames, startS: replay.film!.startS }, show, changed)
    : timerClock({ fps, frames }, show, changed);
  /** The clock of the moment: a film that fails gives way to a timer. */
  const current: Clock = {
    get frame() {
      return clock.frame;
    },
    get playing() {
      return clock.playing;
    },
    get rate() {
      return clock.rate;
    },
    set rate(rate) {
      clock.rate = rate;
    },
    get loop() {
      return clock.loop;
    },
    set loop(loop) {
      clock.loop = loop;
    },
    play: () => clock.play(),
    pause: () => clock.pause(),
    seek: frame => clock.seek(frame),
    close: () => clock.close(),
  };
  const timeline = createTimeline(frames, frame => current.seek(frame));
  const transport = createTransport(current, { fps, frames }, document.body, signal);
  const solver = createSolver(startWorker);

  const setRobot = (next: typeof robot, motion: JointMotion) => {
    [robot, joints] = [next, motion];
    robotView.setRobot(robot, joints);
    timeline.setCurves(curveGroups(replay, joints, robot), joints);
    show(current.frame);
  };
  /** Targets of the robot that is shown; asked for once somebody wants to see them. */
  let targetsOf: typeof robot = null;
  let wantsTargets = false;
  async function showTargets(): Promise<void> {
    if (!robot || !replay.motion || targetsOf === robot) return;
    targetsOf = robot;
    const solved = await solver.solve({ motion: replay.motion, robot, targetsOnly: true });
    if (!solved || signal.aborted) return;
    robotView.setTargets(solved.targets);
    show(current.frame);
  }
  const switches = switchesOf(replay, {
    overlay: choice => film.choose(choice),
    scene: choice => {
      robotView.choose(choice);
      robotView.show(current.frame);
      wantsTargets = choice.targets;
      if (wantsTargets) void showTargets().catch(() => undefined);
    },
  });
  const robots = robotSwitch(
    replay,
    picked => robotView.dress(picked),
    async (name, say) => {
      const own = name === replay.robotName;
      const model = own ? replay.robot : await loadRobot(name);
      if (own || !model || !replay.motion) {
        solver.close();
        targetsOf = null;
        setRobot(model, replay.joints);
        say('');
        return wantsTargets ? showTargets() : undefined;
      }
      say('solving …');
      const solved = await solver.solve({ motion: replay.motion, robot: model, targetsOnly: false });
      if (!solved || signal.aborted) return;
      setRobot(model, jointsOf(solved.trajectory!));
      robotView.setTargets(solved.targets);
      targetsOf = model;
      show(current.frame);
      say(`${frames} frames solved in ${Math.round(solved.ms)} ms`);
    },
  );

  host.replaceChildren(
    h(
      'div',
      { class: 'replay' },
      h(
        'div',
        { class: 'pictures' },
        film.element,
        robotView.element,
        h(
          'aside',
          { class: 'side' },
          robots,
          switches.childElementCount > 1 && switches,
          ...panels,
          ...sidePanels(replay),
          ...below,
        ),
      ),
      transport.element,
      timeline.element,
    ),
  );
  const resize = new ResizeObserver(() => timeline.redraw());
  resize.observe(timeline.element);
  document.addEventListener(THEME_EVENT, () => timeline.redraw(), { signal });

  setRobot(robot, joints);
  transport.refresh();
  if (!film.video) show(0);
  window.understudy = stateOf();
  signal.addEventListener('abort', () => {
    current.close();
    solver.close();
    resize.disconnect();
    robotView.close();
    film.close();
    delete window.understudy;
  });

  function stateOf(): ReplayState {
    return {
      frames,
      fps,
      get robot() {
        return robot?.name ?? replay.robotName;
      },
      get frame() {
        return current.frame;
      },
      get overlayFrame() {
        return film.shown;
      },
      get poseFrame() {
        return robotView.shown;
      },
      get curveFrame() {
        return timeline.shown;
      },
      get playing() {
        return current.playing;
      },
      get jointNames() {
        return joints.jointNames;
      },
      get q() {
        return [...(robotView.figure?.q ?? [])];
      },
      get links() {
        const { figure } = robotView;
        return Object.fromEntries(figure ? figure.tree.links.map(link => [link, figure.placeOf(link)]) : []);
      },
      get drawn() {
        return drawn;
      },
      get openedMs() {
        return openedMs;
      },
      get software() {
        return robotView.software;
      },
    };
  }
}

function sidePanels({ record, missing }: Replay): HTMLElement[] {
  return [
    ...(missing.length > 0
      ? [
          h(
            'ul',
            { class: 'panel missing', 'aria-label': 'What is missing' },
            ...missing.map(m => h('li', {}, m)),
          ),
        ]
      : []),
    ...(record ? [qualityList(record.quality, record.score)] : []),
  ];
}

/** Another robot for the same person; says how long the solving took. */
function robotSwitch(
  replay: Replay,
  dress: (picked: readonly File[]) => Promise<string>,
  run: (name: string, say: (text: string) => void) => Promise<void>,
): HTMLElement {
  const names = replay.motion ? robotNames.filter(name => name !== replay.robotName) : [];
  const said = h('p', { class: 'faint', role: 'status' });
  const choice = h(
    'select',
    { id: 'robot', 'aria-label': 'Robot', disabled: names.length === 0 },
    h('option', { value: replay.robotName }, replay.robotName),
    ...names.map(name => h('option', { value: name }, name)),
  );
  const go = () =>
    run(choice.value, text => setText(said, text)).catch(error => setText(said, (error as Error).message));
  choice.addEventListener('change', () => void go());
  const folder = h('input', {
    type: 'file',
    webkitdirectory: true,
    class: 'unseen',
    'aria-label': 'URDF folder',
    onchange: () =>
      void dress([...(folder.files ?? [])]).then(
        text => setText(said, text),
        error => setText(said, (error as Error).message),
      ),
  });
  return h(
    'section',
    { class: 'panel' },
    h('label', {}, h('span', {}, 'Robot'), choice),
    replay.robot &&
      h(
        'div',
        { class: 'row' },
        h(
          'button',
          {
            type: 'button',
            class: 'quiet',
            title: 'Pick a folder with a .urdf and its meshes (STL, COLLADA, OBJ)',
            onclick: () => folder.click(),
          },
          'Own meshes …',
        ),
        folder,
      ),
    said,
  );
}

function switchesOf(
  replay: Replay,
  set: {
    overlay(choice: { hands: boolean; body: boolean; confidence: boolean }): void;
    scene(choice: { ghost: boolean; targets: boolean }): void;
  },
): HTMLElement {
  const overlay = { hands: true, body: true, confidence: false };
  const scene = { ghost: true, targets: false };
  const box = <C extends object>(label: string, choice: C, key: keyof C, changed: (choice: C) => void) => {
    const input = h('input', {
      type: 'checkbox',
      name: String(key),
      checked: Boolean(choice[key]),
      onchange: () => {
        (choice[key] as boolean) = input.checked;
        changed(choice);
      },
    });
    return h('label', { class: 'check' }, input, label);
  };
  return h(
    'fieldset',
    { class: 'panel switches' },
    h('legend', { class: 'unseen' }, 'Show'),
    ...(replay.landmarks && replay.film
      ? [
          box('Hands', overlay, 'hands', set.overlay),
          box('Body', overlay, 'body', set.overlay),
          box('Confidence', overlay, 'confidence', set.overlay),
        ]
      : []),
    ...(replay.motion && replay.robot
      ? [box('Person', scene, 'ghost', set.scene), box('Targets', scene, 'targets', set.scene)]
      : []),
  );
}
