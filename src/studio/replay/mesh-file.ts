/** Shapes of mesh files as robots come with: STL, COLLADA, OBJ. */
import { LoadingManager, Mesh, MeshLambertMaterial, type Object3D } from 'three';
import { ColladaLoader } from 'three/addons/loaders/ColladaLoader.js';
import { OBJLoader } from 'three/addons/loaders/OBJLoader.js';
import { STLLoader } from 'three/addons/loaders/STLLoader.js';

const MATERIAL = new MeshLambertMaterial({ color: '#c3c9d2' });
/** What a mesh file names beside itself (pictures, materials) is not fetched. */
const NOTHING = 'data:,';

const READERS: Readonly<Record<string, (file: File) => Promise<Object3D>>> = {
  stl: async file => new Mesh(new STLLoader().parse(await file.arrayBuffer()), MATERIAL),
  obj: async file => new OBJLoader().parse(await file.text()),
  async dae(file) {
    const loader = new ColladaLoader(new LoadingManager().setURLModifier(() => NOTHING));
    const made = loader.parse(await file.text(), '');
    if (!made) throw new Error(`${file.name} is no COLLADA file`);
    return made.scene;
  },
};

/** The shape, in one material; null when the file is of another kind, or cannot be read as what it says it is. */
export async function shapeOf(file: File): Promise<Object3D | null> {
  const ending = /\.(stl|obj|dae)$/i.exec(file.name)?.[1].toLowerCase();
  const shape = ending && (await READERS[ending](file).catch(() => null));
  if (!shape) return null;
  let hasMesh = false;
  shape.traverse(part => {
    if (!(part instanceof Mesh)) return;
    part.material = MATERIAL;
    hasMesh = true;
  });
  return hasMesh ? shape : null;
}
