/** The pane with the robot in 3D: its figure, the person's ghost, the targets. Without WebGL it says so. */
import type { RobotModel } from '../../core/robot.ts';
import { h } from '../shell/element.ts';
import { notice } from '../shell/notice.ts';
import { count } from '../shell/words.ts';
import { createFigure, type Figure } from './figure.ts';
import { createMarkers, type Markers } from './markers.ts';
import { createGhost, type Ghost, isArmed } from './person.ts';
import type { JointMotion, Replay } from './replay.ts';
import { createStage, type Stage3D } from './scene.ts';
import type { Target } from './targets.ts';

export interface RobotChoice {
  ghost: boolean;
  targets: boolean;
}

export interface RobotView {
  element: HTMLElement;
  readonly figure: Figure | null;
  readonly software: boolean | null;
  /** The frame that is drawn; null: none. */
  readonly shown: number | null;
  /** Poses and draws. */
  show(frame: number): void;
  setRobot(robot: RobotModel | null, joints: JointMotion): void;
  setTargets(targets: readonly Target[] | null): void;
  choose(choice: RobotChoice): void;
  /** The shapes of a URDF folder instead of capsules. @returns what was found, in words */
  dress(picked: readonly File[]): Promise<string>;
  close(): void;
}

export function createRobotView(replay: Replay): RobotView {
  const element = h('div', { class: 'pane robot', 'aria-label': 'Robot' });
  let stage: Stage3D | null = null;
  let [figure, ghost, markers]: [Figure | null, Ghost | null, Markers | null] = [null, null, null];
  let choice: RobotChoice = { ghost: true, targets: false };
  let shown: number | null = null;

  const withoutStage = (title: string, detail: string) => {
    stage?.dispose();
    stage = null;
    shown = null;
    element.replaceChildren(notice('no-webgl', title, detail));
  };
  try {
    stage = createStage(element);
    stage.onLost(() =>
      withoutStage(
        'The 3D picture was lost',
        'The browser took its graphics memory back. Open the episode again.',
      ),
    );
  } catch {
    withoutStage(
      'No 3D picture in this browser',
      'WebGL is switched off or missing. Video, landmarks and curves work; for the robot, allow hardware or software rendering in the settings of the browser.',
    );
  }

  const clear = () => {
    for (const part of [figure, ghost, markers]) part?.dispose();
    [figure, ghost, markers] = [null, null, null];
    stage?.content.clear();
  };
  return {
    element,
    get figure() {
      return stage ? figure : null;
    },
    get software() {
      return stage?.software ?? null;
    },
    get shown() {
      return shown;
    },
    show(frame) {
      if (!stage || !figure) return;
      figure.pose(frame);
      if (choice.ghost) ghost?.pose(frame);
      if (choice.targets) markers?.pose(frame);
      stage.render();
      shown = frame;
    },
    setRobot(robot, joints) {
      clear();
      if (!stage) return;
      if (!robot) {
        withoutStage(
          'No kinematic table of this robot',
          `'${replay.robotName}' is none of the robots that are known here; its joint values are in the curves.`,
        );
        return;
      }
      figure = createFigure(robot, joints, stage.software);
      stage.content.add(figure.group);
      figure.pose(0);
      // A hand alone has no place where the person's arms would be.
      if (replay.motion && isArmed(robot)) {
        ghost = createGhost(replay.motion, robot);
        ghost.mesh.visible = choice.ghost;
        stage.content.add(ghost.mesh);
      }
      const heights = robot.joints.map(({ child }) => figure!.placeOf(child)[2]);
      const around = robot.arms ? [-0.06, 0.1] : [-0.03, 0.03];
      const view = replay.motion?.view ?? replay.record?.view ?? 'third-person';
      const eyes = view === 'egocentric' && robot.camera ? figure.placeOf(robot.camera.link) : null;
      if (eyes) figure.hideHead();
      stage.lookAt(Math.min(0, ...heights) + around[0], Math.max(0, ...heights) + around[1], eyes);
    },
    setTargets(targets) {
      if (markers) stage?.content.remove(markers.group);
      markers?.dispose();
      markers = targets && figure ? createMarkers(targets, figure) : null;
      if (markers) {
        markers.group.visible = choice.targets;
        stage?.content.add(markers.group);
      }
    },
    choose(next) {
      choice = next;
      if (ghost) ghost.mesh.visible = choice.ghost;
      if (markers) markers.group.visible = choice.targets;
    },
    async dress(picked) {
      if (!figure) return 'There is no robot to dress.';
      const { dress } = await import('./meshes.ts');
      const { links, missing } = await dress(figure, picked);
      stage?.invalidate();
      const lacking = missing.length > 0 ? `; not there, or not STL, COLLADA or OBJ: ${missing.length}` : '';
      return `Shapes for ${count(links, 'link')}${lacking}.`;
    },
    close() {
      clear();
      stage?.dispose();
    },
  };
}
