/** Retargets in the page and draws the robot's links from the front, frame after frame. */
import { createState, createTree, forward } from '../../dist/retarget/index.js';
import { follow, robot } from './motion.js';

const begin = performance.now();
const trajectory = follow();
const milliseconds = performance.now() - begin;
const joints = trajectory.jointNames.length;
const frames = trajectory.q.length / joints;
document.querySelector('output').textContent =
  `${robot.label}: ${frames} frames in ${milliseconds.toFixed(0)} ms`;
window.trajectory = trajectory;

const tree = createTree(robot);
const state = createState(tree);
const canvas = document.querySelector('canvas');
const pen = canvas.getContext('2d');
const [scale, middle, ground] = [420, canvas.width / 2, canvas.height - 320];
const at = link => [middle + scale * state.position[3 * link + 1], ground - scale * state.position[3 * link + 2]];

function draw(frame) {
  forward(tree, trajectory.q, frame * joints, state);
  pen.clearRect(0, 0, canvas.width, canvas.height);
  pen.beginPath();
  for (const link of tree.order) {
    pen.moveTo(...at(tree.parent[link]));
    pen.lineTo(...at(link));
  }
  pen.stroke();
}
pen.lineWidth = 4;
pen.lineCap = 'round';
pen.strokeStyle = '#2563eb';
const show = now => {
  draw(Math.floor((now / 1000) * trajectory.fps) % frames);
  requestAnimationFrame(show);
};
requestAnimationFrame(show);
