/**
 * The robot's own shapes, from a URDF folder that the person has: meshes take the place of the capsules of the links that
 * bear the same name. Nothing is fetched; every file is one that was picked.
 */
import { type Group, LoadingManager, Mesh, type Object3D } from 'three';
import URDFLoader from 'urdf-loader';
import { RobotError } from '../../core/errors.ts';
import type { Figure } from './figure.ts';
import { shapeOf } from './mesh-file.ts';

export interface Dressed {
  /** Links that have a shape now, of how many in the URDF. */
  links: number;
  /** Meshes that the URDF names and the folder lacks, or that are not STL, COLLADA or OBJ. */
  missing: readonly string[];
}

/** Throws RobotError when the folder has no URDF, or none of its links is one of the robot's. */
export async function dress(figure: Figure, picked: readonly File[]): Promise<Dressed> {
  const urdf = picked
    .filter(({ name }) => /\.urdf$/i.test(name))
    .sort((a, b) => a.name.length - b.name.length)[0];
  if (!urdf) throw new RobotError('the folder has no .urdf file');
  const missing: string[] = [];
  const reading: Promise<void>[] = [];
  const loader = new URDFLoader(new LoadingManager());
  loader.parseCollision = false;
  loader.loadMeshCb = (path, _manager, _material, done) => {
    const file = fileOf(picked, path);
    const shape = file ? shapeOf(file) : Promise.resolve(null);
    reading.push(
      shape.then(found => {
        if (!found) missing.push(path);
        done(found as Object3D);
      }),
    );
  };
  const robot = loader.parse(await urdf.text());
  await Promise.all(reading);
  const names = Object.keys(robot.links).filter(name => figure.tree.linkIndex.has(name));
  if (names.length === 0)
    throw new RobotError(
      `${urdf.name} has none of this robot's links; its own are ${Object.keys(robot.links).slice(0, 5).join(', ')} …`,
    );
  let links = 0;
  for (const name of names) {
    const shapes = robot.links[name].children.filter(child => 'isURDFVisual' in child && hasMesh(child));
    if (shapes.length === 0) continue;
    (figure.linkGroup(name) as Group).add(...shapes);
    links++;
  }
  if (links > 0) figure.hideShapes(true);
  return { links, missing };
}

const hasMesh = (node: Object3D): boolean => {
  let found = false;
  node.traverse(child => {
    found ||= child instanceof Mesh;
  });
  return found;
};

/** 'package://g1/meshes/a.STL' and '../meshes/a.STL' are the picked file whose path ends most alike. */
function fileOf(picked: readonly File[], path: string): File | null {
  const wanted = path
    .toLowerCase()
    .split('/')
    .filter(part => part !== '..' && part !== '.')
    .reverse();
  let [best, length] = [null as File | null, 0];
  for (const file of picked) {
    const parts = (file.webkitRelativePath || file.name).toLowerCase().split('/').reverse();
    let same = 0;
    while (same < parts.length && parts[same] === wanted[same]) same++;
    if (same > length) [best, length] = [file, same];
  }
  return best;
}
