/** Targets against achieved: a ring where a point should be, a line to where the robot's is. */
import {
  BufferAttribute,
  BufferGeometry,
  Color,
  Group,
  InstancedMesh,
  LineBasicMaterial,
  LineSegments,
  Matrix4,
  MeshBasicMaterial,
  SphereGeometry,
  Vector3,
} from 'three';
import type { Figure } from './figure.ts';
import type { Target } from './targets.ts';

/** m. */
const RADIUS = { wrist: 0.014, fingertip: 0.005 } as const;
const WANTED = '#18b06a';

export interface Markers {
  group: Group;
  pose(frame: number): void;
  dispose(): void;
}

export function createMarkers(targets: readonly Target[], figure: Figure): Markers {
  const group = new Group();
  const sphere = new SphereGeometry(1, 10, 6);
  const material = new MeshBasicMaterial({ color: new Color(WANTED), transparent: true, opacity: 0.85 });
  material.depthTest = false;
  const spheres = new InstancedMesh(sphere, material, targets.length);
  spheres.frustumCulled = false;
  const ends = new Float32Array(6 * targets.length);
  const lines = new LineSegments(
    new BufferGeometry().setAttribute('position', new BufferAttribute(ends, 3)),
    new LineBasicMaterial({ color: new Color(WANTED), depthTest: false }),
  );
  lines.frustumCulled = false;
  group.add(spheres, lines);
  const [matrix, wanted, achieved] = [new Matrix4(), new Vector3(), new Vector3()];
  return {
    group,
    pose(frame) {
      targets.forEach((target, i) => {
        wanted.fromArray(target.wanted, 3 * frame);
        achieved.set(...target.achieved.xyz).applyMatrix4(figure.linkGroup(target.achieved.link).matrix);
        if (Number.isNaN(wanted.x)) {
          spheres.setMatrixAt(i, matrix.makeScale(0, 0, 0));
          wanted.copy(achieved);
        } else {
          wanted.applyMatrix4(figure.linkGroup(target.link).matrix);
          const r = RADIUS[target.kind];
          spheres.setMatrixAt(i, matrix.makeScale(r, r, r).setPosition(wanted));
        }
        wanted.toArray(ends, 6 * i);
        achieved.toArray(ends, 6 * i + 3);
      });
      spheres.instanceMatrix.needsUpdate = true;
      lines.geometry.attributes['position'].needsUpdate = true;
    },
    dispose() {
      sphere.dispose();
      material.dispose();
      spheres.dispose();
      lines.geometry.dispose();
      (lines.material as LineBasicMaterial).dispose();
    },
  };
}
