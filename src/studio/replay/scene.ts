/**
 * The 3D picture: a robot on a floor, a camera to turn around it. Drawn when something changed and not before.
 * Robot frame: x forward, y left, z up, m.
 */
import {
  AmbientLight,
  BoxGeometry,
  Color,
  DirectionalLight,
  GridHelper,
  Group,
  HemisphereLight,
  InstancedMesh,
  Mesh,
  MeshBasicMaterial,
  MeshLambertMaterial,
  PerspectiveCamera,
  Scene,
  Vector3,
  WebGLRenderer,
} from 'three';
import { OrbitControls } from 'three/addons/controls/OrbitControls.js';

export interface Stage3D {
  /** What stands on the floor. */
  content: Group;
  /** Draws once, before the next paint. */
  invalidate(): void;
  /** Draws now. */
  render(): void;
  /** Looks at a robot from its lowest to its highest point, m: from the front, or through its eyes when they are given. */
  lookAt(low: number, high: number, eyes: readonly [number, number, number] | null): void;
  /** The renderer draws on the processor. */
  readonly software: boolean;
  onLost(run: () => void): void;
  dispose(): void;
}

/** Vertical angle of view, degrees: of somebody who looks on, and of a worn camera. */
const FRONT_DEG = 32;
const EYES_DEG = 68;

/** What outlives an episode: a context, its compiled shaders and the empty stage cost more to make than to keep. */
interface Theatre {
  renderer: WebGLRenderer;
  software: boolean;
  scene: Scene;
  content: Group;
  floor: GridHelper;
  camera: PerspectiveCamera;
}
/** The one that nobody uses at the moment. */
let free: Theatre | null = null;

/** Makes what the first episode needs before it is asked for; without WebGL nothing. */
export function warmUp(): void {
  try {
    free ??= build();
  } catch {
    // Whoever opens an episode is told.
  }
}

function build(): Theatre {
  const { renderer, software } = createRenderer();
  const scene = new Scene();
  const content = new Group();
  const floor = new GridHelper(3, 12, 0x8d96a5, 0x8d96a5);
  floor.rotation.x = Math.PI / 2;
  for (const material of [floor.material].flat())
    Object.assign(material, { transparent: true, opacity: 0.35 });
  const sun = new DirectionalLight(0xffffff, 2.1);
  sun.position.set(2, 1.5, 3);
  const sky = new HemisphereLight(0xffffff, 0x8c93a0, 1.1);
  sky.position.set(0, 0, 1);
  scene.add(content, floor, sun, sky, new AmbientLight(0xffffff, 0.35));
  const camera = new PerspectiveCamera(FRONT_DEG, 1, 0.02, 30);
  camera.up.set(0, 0, 1);
  compileFor(renderer, scene, camera);
  return { renderer, software, scene, content, floor, camera };
}

/** Shaders of a figure and of a ghost, as three.js tells them apart; they stay as long as these materials do. */
function compileFor(renderer: WebGLRenderer, scene: Scene, camera: PerspectiveCamera): void {
  const solid = new Mesh(new BoxGeometry(), new MeshLambertMaterial());
  const limbs = new InstancedMesh(new BoxGeometry(), new MeshBasicMaterial({ transparent: true }), 1);
  limbs.setColorAt(0, new Color());
  scene.add(solid, limbs);
  renderer.compile(scene, camera);
  scene.remove(solid, limbs);
}

/** Throws Error when the browser gives no WebGL. */
export function createStage(host: HTMLElement): Stage3D {
  const theatre = free && !free.renderer.getContext().isContextLost() ? free : build();
  free = null;
  const { renderer, software, scene, content, floor, camera } = theatre;
  const gone = new AbortController();
  const canvas = renderer.domElement;
  canvas.classList.add('stage');
  canvas.tabIndex = 0;
  canvas.setAttribute('role', 'img');
  canvas.setAttribute('aria-label', 'The robot in 3D. Drag to turn it, scroll to come nearer.');
  host.append(canvas);
  const controls = new OrbitControls(camera, canvas);
  controls.enableDamping = false;

  let pending = 0;
  const render = () => {
    cancelAnimationFrame(pending);
    pending = 0;
    renderer.render(scene, camera);
  };
  const invalidate = () => {
    if (!pending) pending = requestAnimationFrame(render);
  };
  controls.addEventListener('change', invalidate);
  const resize = new ResizeObserver(() => {
    const { clientWidth: width, clientHeight: height } = host;
    if (width === 0 || height === 0) return;
    renderer.setSize(width, height);
    camera.aspect = width / height;
    camera.updateProjectionMatrix();
    render();
  });
  resize.observe(host);

  return {
    content,
    invalidate,
    render,
    software,
    lookAt(low, high, eyes) {
      const height = high - low;
      const small = height < 0.6;
      floor.position.z = low;
      floor.scale.setScalar(small ? 0.2 : 1);
      camera.fov = eyes ? EYES_DEG : FRONT_DEG;
      camera.updateProjectionMatrix();
      if (eyes) {
        const [x, y, z] = eyes;
        camera.position.set(x - 0.1, y, z + 0.05);
        controls.target.set(x + 0.35, y, z - 0.38);
      } else {
        // In front, a little to its left and above: its right hand is on the left as in the video.
        const distance = small ? height * 3.4 : height * 1.3;
        const to = new Vector3(0.05, 0, small ? low + height / 2 : low + height * 0.67);
        camera.position.set(to.x + distance * 0.94, to.y + distance * 0.28, to.z + distance * 0.2);
        controls.target.copy(to);
      }
      controls.update();
      controls.saveState();
      invalidate();
    },
    onLost(run) {
      const lost = (event: Event) => {
        event.preventDefault();
        run();
      };
      canvas.addEventListener('webglcontextlost', lost, { signal: gone.signal });
    },
    dispose() {
      gone.abort();
      cancelAnimationFrame(pending);
      resize.disconnect();
      controls.dispose();
      canvas.remove();
      content.clear();
      if (renderer.getContext().isContextLost() || free) renderer.dispose();
      else free = theatre;
    },
  };
}

/** A processor that draws gets fewer pixels and no smooth edges: that keeps the picture moving. */
function createRenderer(): { renderer: WebGLRenderer; software: boolean } {
  const canvas = document.createElement('canvas');
  const context = canvas.getContext('webgl2', { alpha: true, antialias: false });
  if (!context) throw new Error('this browser gives no WebGL 2');
  const info = context.getExtension('WEBGL_debug_renderer_info');
  const name = String(context.getParameter(info ? info.UNMASKED_RENDERER_WEBGL : context.RENDERER));
  const software = /swiftshader|llvmpipe|software|basic render/i.test(name);
  if (software) {
    const renderer = new WebGLRenderer({ canvas, context });
    renderer.setPixelRatio(1);
    return { renderer, software };
  }
  // Smooth edges are chosen when a context is made.
  context.getExtension('WEBGL_lose_context')?.loseContext();
  const renderer = new WebGLRenderer({ antialias: true, alpha: true });
  renderer.setPixelRatio(Math.min(2, devicePixelRatio));
  return { renderer, software };
}
