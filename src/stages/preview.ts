/** One mp4 per demonstration: the frame with its landmarks beside the robot in the same pose. */
import path from 'node:path';
import { createState, createTree, forward, pointPosition, treePoint } from '../../retarget/index.ts';
import type { Shown } from '../core/artifacts.ts';
import type { RobotModel, Vec3 } from '../core/robot.ts';
import { BODY_LANDMARKS, HAND_LANDMARKS } from '../core/skeletons.ts';
import { type LandmarkTrack, PARTS, type RobotTrajectory, type View } from '../core/types.ts';
import { robotBones } from '../preview/bones.ts';
import { composePreview, PREVIEW_HEIGHT, PREVIEW_WIDTH } from '../preview/compose.ts';
import type { Crops } from '../preview/crop.ts';
import type { Overlay } from '../preview/overlay.ts';
import { type RobotPose, robotCamera } from '../preview/robot.ts';
import { readArtifact } from '../store/artifact.ts';
import { openEncoder } from '../video/encode.ts';
import { openFrames } from '../video/frames.ts';
import type { Report } from './process.ts';

export interface PreviewArgs {
  path: string;
  /** Folder to leave preview.mp4 in. */
  dir: string;
  fps: number;
  view: View;
  /** First and one past the last frame of the demonstration, in the clip's frames. */
  start: number;
  end: number;
  /** Where the clip starts on the whole video's grid. */
  firstFrame: number;
  robot: RobotModel;
  /** Folder of the artifact 'shown': the tracks to draw, as the motion was made from them. */
  shownDir: string;
  /** Folder of the artifact 'trajectory'. */
  trajectoryDir: string;
}

export async function renderPreview(args: PreviewArgs, report: Report): Promise<void> {
  const { fps, start, end, firstFrame, robot } = args;
  const shown = await readArtifact(args.shownDir, 'shown');
  const trajectory = await readArtifact(args.trajectoryDir, 'trajectory');
  const poses = poser(robot, trajectory);
  const camera = robotCamera(poses(0), args.view);
  const encoder = await openEncoder(path.join(args.dir, 'preview.mp4'), {
    width: PREVIEW_WIDTH,
    height: PREVIEW_HEIGHT,
    fps,
    codec: 'h264',
  });
  try {
    let crops: Crops | null = null;
    for await (const { index, timeS, frame } of openFrames(args.path, {
      fps,
      startS: (firstFrame + start) / fps,
      endS: (firstFrame + end) / fps,
    })) {
      const t = index - firstFrame;
      const drawn = await composePreview(
        {
          frame,
          overlay: overlayAt(shown, t),
          pose: poses(t - start),
          camera,
          view: args.view,
          robot: robot.label,
          timeS,
        },
        crops,
      );
      crops = drawn.crops;
      await encoder.write(drawn.frame.data);
      report(t - start + 1, end - start);
    }
    await encoder.finish();
  } catch (error) {
    await encoder.abort();
    throw error;
  }
}

/** The robot's bones and status in row t of the trajectory. */
function poser(robot: RobotModel, trajectory: RobotTrajectory): (t: number) => RobotPose {
  const tree = createTree(robot);
  const state = createState(tree);
  const J = trajectory.jointNames.length;
  const place = (link: string, xyz: Vec3): Vec3 => {
    const out = new Float64Array(3);
    pointPosition(state, treePoint(tree, { link, xyz }), out, 0);
    return [out[0], out[1], out[2]];
  };
  return t => {
    forward(tree, Float64Array.from(trajectory.q.subarray(t * J, (t + 1) * J)), 0, state);
    const status = Object.fromEntries(
      PARTS.map((part, p) => [part, trajectory.status[t * PARTS.length + p]]),
    );
    return { bones: robotBones(robot, place), status };
  };
}

function overlayAt({ left, right, body }: Shown, t: number): Overlay {
  const hand = (track: LandmarkTrack) => ({
    pixels: track.pixels.subarray(2 * HAND_LANDMARKS * t, 2 * HAND_LANDMARKS * (t + 1)),
    state: track.state[t] as 0 | 1 | 2,
  });
  return {
    left: hand(left),
    right: hand(right),
    body: {
      pixels: body.pixels.subarray(2 * BODY_LANDMARKS * t, 2 * BODY_LANDMARKS * (t + 1)),
      visibility: body.visibility!.subarray(BODY_LANDMARKS * t, BODY_LANDMARKS * (t + 1)),
      state: body.state[t] as 0 | 1 | 2,
    },
  };
}
