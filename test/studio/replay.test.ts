/** What is on the screen at one moment belongs to one moment. */
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { FastifyInstance } from 'fastify';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { loadRobot } from '../../models/robots/registry.ts';
import { createState, createTree, forward, retarget } from '../../retarget/index.ts';
import { createApp } from '../../src/server/app.ts';
import { NO_TOKENS } from '../../src/server/tokens.ts';
import { openCatalogue } from '../../src/store/catalogue.ts';
import { openStore } from '../../src/store/open.ts';
import { corpus } from '../server/corpus.ts';
import { launch, missing, open, required, STUDIO, type Watched, WITHOUT_WEBGL } from './browser.ts';
import {
  BITS,
  FRAMES,
  forgetShard,
  type KnownShard,
  SQUARE,
  thumbAt,
  WIDTH,
  writeKnownShard,
} from './shard.ts';

if (required)
  test('Chromium and the built studio are there', () => {
    expect(missing).toEqual([]);
  });

describe.skipIf(missing.length > 0)('replay', () => {
  let root: string;
  let app: FastifyInstance;
  let address: string;
  let browser: Browser;
  let known: KnownShard;
  let view: Watched;

  beforeAll(async () => {
    root = await mkdtemp(path.join(tmpdir(), 'understudy-replay-'));
    const store = await openStore(path.join(root, 'store'));
    const catalogue = openCatalogue(store.documents);
    known = { record: { id: 'a'.repeat(64) } } as KnownShard;
    await store.put('a'.repeat(64), {}, async folder => {
      known = await writeKnownShard(folder);
    });
    await catalogue.add(known.record);
    const services = { ...(await corpus(0)), store, catalogue, tokens: NO_TOKENS };
    app = await createApp(services, { studio: STUDIO });
    address = await app.listen({ port: 0, host: '127.0.0.1' });
    browser = await launch();
    view = await open(browser, `${address}/#/episodes/${known.record.id}`);
    await ready(view.page);
  });
  afterAll(async () => {
    await browser?.close();
    await app?.close();
    await forgetShard();
    await rm(root, { recursive: true, force: true });
  });

  test('film, landmarks, robot and curves show the same frame, at every tenth frame', async () => {
    const { page } = view;
    for (let frame = 0; frame < FRAMES; frame += 10) {
      await seek(page, frame);
      const seen = await screen(page);
      expect(seen, `frame ${frame}`).toEqual({
        film: frame,
        thumb: frame,
        clock: frame,
        overlay: frame,
        pose: frame,
        curve: frame,
        playhead: frame,
      });
    }
  });

  test('while it plays they stay within one frame of each other', async () => {
    const { page } = view;
    await seek(page, 0);
    await page.keyboard.press('Space');
    const seen: number[][] = [];
    while (seen.length < 8) {
      await page.waitForTimeout(150);
      seen.push(Object.values(await screen(page)));
    }
    await page.keyboard.press('Space');
    for (const frames of seen) expect(Math.max(...frames) - Math.min(...frames)).toBeLessThanOrEqual(1);
    expect(new Set(seen.map(frames => frames[0])).size).toBeGreaterThan(2);
  });

  test('the robot is drawn where forward kinematics of the row puts it, to 1e-4 m', async () => {
    const { page } = view;
    const robot = await loadRobot('g1-inspire');
    const tree = createTree(robot);
    const state = createState(tree);
    const J = known.trajectory.jointNames.length;
    for (const frame of [0, 30, 50, FRAMES - 1]) {
      await seek(page, frame);
      const links = await page.evaluate(() => window.understudy!.links);
      const row = tree.dofNames.map(
        name => known.trajectory.q[frame * J + known.trajectory.jointNames.indexOf(name)],
      );
      forward(tree, row, 0, state);
      expect(Object.keys(links).length).toBe(tree.links.length);
      tree.links.forEach((link, i) => {
        const off = links[link].map((x, axis) => Math.abs(x - state.position[3 * i + axis]));
        expect(Math.max(...off), link).toBeLessThan(1e-4);
      });
    }
  });

  test('another robot is solved in the page, as retarget solves it', async () => {
    const { page } = view;
    await page.selectOption('#robot', 'h1-2-inspire');
    await page.waitForFunction(() => window.understudy!.robot === 'h1-2-inspire');
    await seek(page, 45);
    const robot = await loadRobot('h1-2-inspire');
    const { q, jointNames } = retarget(known.motion, robot);
    const drawn = await page.evaluate(() => window.understudy!.q);
    createTree(robot).dofNames.forEach((name, j) => {
      expect(Math.abs(drawn[j] - q[45 * jointNames.length + jointNames.indexOf(name)]), name).toBeLessThan(
        1e-6,
      );
    });
    await page.selectOption('#robot', 'g1-inspire');
    await page.waitForFunction(() => window.understudy!.robot === 'g1-inspire');
  });

  test('meshes of a URDF folder take the place of the capsules, and what is missing is said', async () => {
    const { page } = view;
    const folder = path.join(root, 'g1');
    await mkdir(path.join(folder, 'meshes'), { recursive: true });
    await writeFile(path.join(folder, 'meshes/Torso.STL'), triangle());
    await writeFile(
      path.join(folder, 'meshes/arm.obj'),
      'v 0 0 0\nv 0.1 0 0\nv 0 0.1 0\nf 1 2 3\nmtllib https://example.org/a.mtl\n',
    );
    await writeFile(path.join(folder, 'meshes/elbow.dae'), COLLADA);
    const link = (name: string, mesh: string) =>
      `<link name="${name}"><visual><geometry><mesh filename="package://g1/meshes/${mesh}"/></geometry></visual></link>`;
    const joint = (child: string) =>
      `<joint name="${child}_joint" type="fixed"><parent link="torso_link"/><child link="${child}"/></joint>`;
    await writeFile(
      path.join(folder, 'g1.urdf'),
      `<robot name="g1">${link('torso_link', 'torso.STL')}${link('pelvis', 'pelvis.STL')}${link('left_elbow_link', 'elbow.dae')}${link('left_shoulder_yaw_link', 'arm.obj')}${['pelvis', 'left_elbow_link', 'left_shoulder_yaw_link'].map(joint).join('')}</robot>`,
    );
    await page.setInputFiles('[aria-label="URDF folder"]', folder);
    await page.waitForSelector('text=Shapes for 3 links; not there, or not STL, COLLADA or OBJ: 1.');
    await rm(path.join(folder, 'g1.urdf'));
    await page.setInputFiles('[aria-label="URDF folder"]', folder);
    await page.waitForSelector('text=the folder has no .urdf file');
  });

  test('keys step, jump and go to the ends', async () => {
    const { page } = view;
    await seek(page, 20);
    await page.locator('body').press('ArrowRight');
    await shown(page, 21);
    await page.locator('body').press('Shift+ArrowLeft');
    await shown(page, 11);
    await page.locator('body').press('End');
    await shown(page, FRAMES - 1);
    await page.locator('body').press('Home');
    await shown(page, 0);
  });

  test('keys are those of what has the focus, and with Ctrl those of the browser', async () => {
    const { page } = view;
    await seek(page, 20);
    const box = page.locator('[name=targets]');
    await box.press('Space');
    expect([await box.isChecked(), await page.evaluate(() => window.understudy!.playing)]).toEqual([
      true,
      false,
    ]);
    await box.press('Space');
    await page.locator('body').press('Control+a');
    await page.locator('body').press('Control+r');
    await page.focus('#robot');
    await page.keyboard.press('r');
    expect(await page.locator('dialog').count()).toBe(0);
    expect(await page.locator('.review .said').textContent()).toBe('Not reviewed yet.');
    await page.evaluate(() => (document.activeElement as HTMLElement).blur());
    await page.keyboard.press('r');
    await page.waitForSelector('dialog');
    await page.locator('dialog button').first().press('ArrowRight');
    await page.keyboard.press('Escape');
    await shown(page, 20);
  });

  test('what is missing in the browser is said: without WebGL, film and curves go on', async () => {
    const bare = await launch(WITHOUT_WEBGL);
    try {
      const { page } = await open(bare, `${address}/#/episodes/${known.record.id}`);
      await page.waitForSelector('[data-state="no-webgl"]');
      await ready(page);
      await seek(page, 30);
      const { film, thumb, curve, pose } = await screen(page);
      expect({ film, thumb, curve, pose }).toEqual({ film: 30, thumb: 30, curve: 30, pose: -1 });
    } finally {
      await bare.close();
    }
  });

  test('nothing failed in the page, and its policy was never broken', () => {
    expect(view.faults).toEqual([]);
  });
});

/** A binary STL of one triangle. */
function triangle(): Buffer {
  const stl = Buffer.alloc(84 + 50);
  stl.writeUInt32LE(1, 80);
  [0, 0, 1, 0, 0, 0, 0.1, 0, 0, 0, 0.1, 0].forEach((x, i) => {
    stl.writeFloatLE(x, 84 + 4 * i);
  });
  return stl;
}

/** One triangle, with a picture that must not be fetched. */
const COLLADA = `<?xml version="1.0"?><COLLADA xmlns="http://www.collada.org/2005/11/COLLADASchema" version="1.4.1">
<asset><unit name="meter" meter="1"/><up_axis>Z_UP</up_axis></asset>
<library_images><image id="i"><init_from>https://example.org/a.png</init_from></image></library_images>
<library_geometries><geometry id="g"><mesh>
<source id="p"><float_array id="a" count="9">0 0 0 0.1 0 0 0 0.1 0</float_array>
<technique_common><accessor source="#a" count="3" stride="3"><param name="X" type="float"/><param name="Y" type="float"/><param name="Z" type="float"/></accessor></technique_common></source>
<vertices id="v"><input semantic="POSITION" source="#p"/></vertices>
<triangles count="1"><input semantic="VERTEX" source="#v" offset="0"/><p>0 1 2</p></triangles>
</mesh></geometry></library_geometries>
<library_visual_scenes><visual_scene id="s"><node id="n"><instance_geometry url="#g"/></node></visual_scene></library_visual_scenes>
<scene><instance_visual_scene url="#s"/></scene></COLLADA>`;

const ready = (page: Page) =>
  page.waitForFunction(() => window.understudy?.openedMs != null && window.understudy.overlayFrame !== null);

async function seek(page: Page, frame: number): Promise<void> {
  await page.locator('.scrub').evaluate((slider, value) => {
    (slider as HTMLInputElement).value = String(value);
    slider.dispatchEvent(new Event('input'));
  }, frame);
  await shown(page, frame);
}

async function shown(page: Page, frame: number): Promise<void> {
  await page.waitForFunction(wanted => window.understudy!.curveFrame === wanted, frame);
  // The picture that was asked for is presented, and drawn.
  await page.evaluate(() => new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done))));
}

/** The frame that each part shows, read from pixels and places where there are any; −1: none. */
function screen(page: Page): Promise<Record<string, number>> {
  return page.evaluate(
    ({ bits, square, width, frames, first, step, row }) => {
      const canvas = document.querySelector<HTMLCanvasElement>('canvas.picture')!;
      const copy = new OffscreenCanvas(canvas.width, canvas.height).getContext('2d')!;
      copy.drawImage(canvas, 0, 0);
      const scale = canvas.width / width;
      const pixel = (x: number, y: number) =>
        copy.getImageData(Math.round(x * scale), Math.round(y * scale), 1, 1).data;
      let film = 0;
      for (let bit = 0; bit < bits; bit++)
        if (pixel((bit + 0.5) * square, square / 2)[1] > 128) film += 2 ** bit;
      let [thumb, best] = [-1, 40];
      for (let t = 0; t < frames; t++) {
        // Blue of the left hand against the grey of the film.
        const [r, , b] = pixel(first + step * t, row);
        if (b - r > best) [thumb, best] = [t, b - r];
      }
      const state = window.understudy!;
      const line = document.querySelector<HTMLElement>('.playhead')!;
      const over = line.parentElement!.clientWidth;
      const x = new DOMMatrix(line.style.transform).e;
      return {
        film,
        thumb,
        clock: state.frame,
        overlay: state.overlayFrame ?? -1,
        pose: state.poseFrame ?? -1,
        curve: state.curveFrame,
        playhead: Math.round((x / over) * frames - 0.5),
      };
    },
    {
      bits: BITS,
      square: SQUARE,
      width: WIDTH,
      frames: FRAMES,
      first: thumbAt(0)[0],
      step: thumbAt(1)[0] - thumbAt(0)[0],
      row: thumbAt(0)[1],
    },
  );
}
