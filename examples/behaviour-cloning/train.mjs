// A small behaviour-cloning policy, trained on datasets in this process: `node train.mjs DATASET… [--epochs 30]`
//
// From the joints now and 0.1 s ago, and the task, the policy says where the joints are to be 0.1 … 0.5 s from now. Every fifth
// episode is held out: what is printed of it after each epoch was never trained on.
import { parseArgs } from 'node:util';
// In a project of its own: from 'understudy'.
import { openDataset } from '../../dist/src/dataset/open.js';

// The same interface either way; tfjs-node is many times faster where it can be installed.
const tf = await import('@tensorflow/tfjs-node').catch(() => import('@tensorflow/tfjs'));
await tf.ready();

const AHEAD_S = [0.1, 0.2, 0.3, 0.4, 0.5];
const BEFORE_S = 0.1;
const HELD_OUT_EVERY = 5;
/** Epochs without a better held-out loss, after which training ends: from there on it learns by heart. */
const PATIENCE = 5;
/** Joints that move less than this over all episodes, rad, are left out: a seated person's legs. */
const STILL_RAD = 1e-3;

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { epochs: { type: 'string', default: '30' } },
});
if (positionals.length === 0) throw new Error('usage: node train.mjs DATASET… [--epochs 30]');
const datasets = await Promise.all(positionals.map(address => openDataset(address)));
const tasks = [...new Set(datasets.flatMap(dataset => dataset.tasks))];
const joints = await movingJoints();

const sets = { train: { x: [], y: [] }, heldOut: { x: [], y: [] } };
let episode = 0;
for (const dataset of datasets)
  for (const { index } of dataset.episodes) {
    const set = ++episode % HELD_OUT_EVERY === 0 ? sets.heldOut : sets.train;
    for await (const [x, y] of samplesOf(dataset, index)) {
      set.x.push(x);
      set.y.push(y);
    }
  }
if (sets.heldOut.x.length === 0 || sets.train.x.length === 0)
  throw new Error(`${episode} episode(s) are too few: every ${HELD_OUT_EVERY}th is held out`);
console.log(
  `${episode} episodes, ${joints.length} joints, ${sets.train.x.length} samples, ${sets.heldOut.x.length} held out; ${tf.getBackend()}`,
);

const model = tf.sequential({
  layers: [
    tf.layers.dense({ inputShape: [sets.train.x[0].length], units: 64, activation: 'relu', kernelInitializer: init(1) }),
    tf.layers.dense({ units: 64, activation: 'relu', kernelInitializer: init(2) }),
    tf.layers.dense({ units: AHEAD_S.length * joints.length, kernelInitializer: init(3) }),
  ],
});
model.compile({ optimizer: tf.train.adam(1e-3), loss: 'meanSquaredError' });
shuffle(sets.train.x, 1);
shuffle(sets.train.y, 1);
const [x, y, heldX, heldY] = [sets.train.x, sets.train.y, sets.heldOut.x, sets.heldOut.y].map(rows => tf.tensor2d(rows));
// What a policy that stays where it is gets: its targets are zero.
console.log(`stay where you are   held-out loss ${(await heldY.square().mean().data())[0].toFixed(4)}`);
const before = model.evaluate(heldX, heldY);
console.log(`epoch  0             held-out loss ${(await before.data())[0].toFixed(4)}`);
let best = { epoch: 0, heldOut: Number.POSITIVE_INFINITY };
await model.fit(x, y, {
  epochs: Number(values.epochs),
  batchSize: 64,
  validationData: [heldX, heldY],
  // fit's own shuffling differs from run to run.
  shuffle: false,
  verbose: 0,
  callbacks: {
    onEpochEnd(last, { loss, val_loss: heldOut }) {
      const epoch = last + 1;
      console.log(`epoch ${String(epoch).padStart(2)}  loss ${loss.toFixed(4)}  held-out loss ${heldOut.toFixed(4)}`);
      if (heldOut < best.heldOut) best = { epoch, heldOut };
      model.stopTraining = epoch - best.epoch >= PATIENCE;
    },
  },
});
console.log(`best: epoch ${best.epoch}  held-out loss ${best.heldOut.toFixed(4)}`);

/** Joints that move, with the mean and spread of each over the first dataset. */
async function movingJoints() {
  const { mean, std } = (await datasets[0].stats())['observation.state'];
  return mean.map((centre, joint) => ({ joint, centre, spread: std[joint] })).filter(({ spread }) => spread > STILL_RAD);
}

/** [input, target] of every frame of an episode whose window lies in it. */
async function* samplesOf(dataset, index) {
  const deltaTimestamps = { 'observation.state': [-BEFORE_S, 0], action: AHEAD_S };
  const columns = Object.keys(deltaTimestamps);
  const width = dataset.info.features.action.shape[0];
  for await (const { values: row, padding, task } of dataset.frames({ episodes: [index], columns, deltaTimestamps })) {
    if ([...padding.action, ...padding['observation.state']].some(Boolean)) continue;
    const state = row['observation.state'];
    const now = joint => state[width + joint];
    yield [
      [
        ...joints.map(({ joint, centre, spread }) => (now(joint) - centre) / spread),
        ...joints.map(({ joint, spread }) => (now(joint) - state[joint]) / spread),
        ...tasks.map(text => Number(text === task)),
      ],
      AHEAD_S.flatMap((_, k) => joints.map(({ joint, spread }) => (row.action[k * width + joint] - now(joint)) / spread)),
    ];
  }
}

/** Weights that are the same in every run. */
function init(seed) {
  return tf.initializers.glorotUniform({ seed });
}

/** Rows in an order that is the same in every run (Fisher and Yates; Lehmer's generator). */
function shuffle(rows, seed) {
  let state = seed;
  for (let i = rows.length - 1; i > 0; i--) {
    state = (state * 48271) % 2147483647;
    const j = state % (i + 1);
    [rows[i], rows[j]] = [rows[j], rows[i]];
  }
}
