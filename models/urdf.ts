/**
 * URDF text → joints (https://wiki.ros.org/urdf/XML/joint). Reads kinematics only: links, joints, limits,
 * mimic. Joints come out parents before children, whatever the order of the file.
 */
import { RobotError } from '../src/core/errors.ts';
import type { JointSpec, Vec3 } from '../src/core/robot.ts';

export interface UrdfRobot {
  name: string;
  /** The one link that no joint carries. */
  root: string;
  joints: JointSpec[];
}

interface Element {
  name: string;
  attributes: Record<string, string>;
  children: Element[];
}

/** Throws RobotError, naming the joint or link, when the text is no URDF or the joints form no tree. */
export function parseUrdf(text: string): UrdfRobot {
  const robot = parseXml(text);
  if (robot.name !== 'robot')
    throw new RobotError(`a URDF starts with <robot>, this starts with <${robot.name}>`);
  const links = robot.children.filter(e => e.name === 'link').map(e => attribute(e, 'name', 'a link'));
  const joints = robot.children.filter(e => e.name === 'joint').map(readJoint);
  return { name: robot.attributes['name'] ?? '', ...sortTree(links, joints) };
}

function readJoint(element: Element): JointSpec {
  const name = attribute(element, 'name', 'a joint');
  const what = `joint '${name}'`;
  const child = (tag: string) => element.children.find(e => e.name === tag);
  const required = (tag: string) => {
    const found = child(tag);
    if (!found) throw new RobotError(`${what} has no <${tag}>`);
    return found;
  };
  const kind = attribute(element, 'type', what);
  const [origin, axis, mimic] = [child('origin'), child('axis'), child('mimic')];
  const joint: JointSpec = {
    name,
    type: jointType(kind, what),
    parent: attribute(required('parent'), 'link', what),
    child: attribute(required('child'), 'link', what),
    xyz: vector(origin?.attributes['xyz'] ?? '0 0 0', what),
    rpy: vector(origin?.attributes['rpy'] ?? '0 0 0', what),
    axis: [1, 0, 0],
    lower: 0,
    upper: 0,
    velocity: 0,
  };
  if (joint.type === 'fixed') return joint;
  const [x, y, z] = vector(axis?.attributes['xyz'] ?? '1 0 0', what);
  const length = Math.hypot(x, y, z);
  if (length === 0) throw new RobotError(`${what} has a zero axis`);
  joint.axis = [x / length, y / length, z / length];
  const limit = kind === 'continuous' ? child('limit') : required('limit');
  joint.lower = kind === 'continuous' ? -Infinity : number(limit?.attributes['lower'] ?? '0', what);
  joint.upper = kind === 'continuous' ? Infinity : number(limit?.attributes['upper'] ?? '0', what);
  const velocity = limit?.attributes['velocity'];
  joint.velocity = velocity === undefined ? Infinity : number(velocity, what);
  if (joint.lower > joint.upper) {
    throw new RobotError(`${what} has its lower limit ${joint.lower} above its upper limit ${joint.upper}`);
  }
  if (mimic) {
    joint.mimic = {
      joint: attribute(mimic, 'joint', `the mimic of ${what}`),
      multiplier: number(mimic.attributes['multiplier'] ?? '1', what),
      offset: number(mimic.attributes['offset'] ?? '0', what),
    };
  }
  return joint;
}

function jointType(kind: string, what: string): JointSpec['type'] {
  if (kind === 'fixed' || kind === 'prismatic' || kind === 'revolute') return kind;
  if (kind === 'continuous') return 'revolute';
  throw new RobotError(`${what} is of type '${kind}'; supported: revolute, continuous, prismatic, fixed`);
}

function sortTree(
  links: readonly string[],
  joints: readonly JointSpec[],
): { root: string; joints: JointSpec[] } {
  const known = new Set(links);
  const carried = new Set<string>();
  for (const joint of joints) {
    for (const link of [joint.parent, joint.child]) {
      if (!known.has(link))
        throw new RobotError(`joint '${joint.name}' names link '${link}', which is not declared`);
    }
    if (carried.has(joint.child))
      throw new RobotError(`link '${joint.child}' is carried by more than one joint`);
    carried.add(joint.child);
  }
  const roots = links.filter(link => !carried.has(link));
  if (roots.length !== 1)
    throw new RobotError(`a robot has one root link, this has: ${roots.join(', ') || 'none'}`);
  // Repeated passes keep the file's order among joints whose parents are placed.
  const placed = new Set(roots);
  const sorted: JointSpec[] = [];
  let waiting = [...joints];
  while (waiting.length > 0) {
    const before = sorted.length;
    const later: JointSpec[] = [];
    for (const joint of waiting) {
      if (placed.has(joint.parent)) {
        placed.add(joint.child);
        sorted.push(joint);
      } else later.push(joint);
    }
    if (sorted.length === before) throw new RobotError(`joint '${later[0].name}' hangs in a loop`);
    waiting = later;
  }
  return { root: roots[0], joints: sorted };
}

function attribute(element: Element, name: string, what: string): string {
  const value = element.attributes[name];
  if (value === undefined) throw new RobotError(`${what}: <${element.name}> lacks the attribute '${name}'`);
  return value;
}

function number(text: string, what: string): number {
  const value = Number(text);
  if (text.trim() === '' || !Number.isFinite(value))
    throw new RobotError(`${what}: '${text}' is not a number`);
  return value;
}

function vector(text: string, what: string): Vec3 {
  const values = text
    .trim()
    .split(/\s+/)
    .map(part => number(part, what));
  if (values.length !== 3) throw new RobotError(`${what}: '${text}' is not three numbers`);
  return [values[0], values[1], values[2]];
}

/** What is not closed reaches to the end of the text: else each of many such beginnings would be looked for an end. */
const TOKEN =
  /<!--[\s\S]*?(?:-->|$)|<\?[\s\S]*?(?:\?>|$)|<!\[CDATA\[[\s\S]*?(?:\]\]>|$)|<!DOCTYPE[^>]*(?:>|$)|<(\/?)([\w:.-]+)((?:\s+[\w:.-]+\s*=\s*(?:"[^"]*"|'[^']*'))*)\s*(\/?)>/g;
const ATTRIBUTE = /([\w:.-]+)\s*=\s*(?:"([^"]*)"|'([^']*)')/g;

/** Elements and attributes of an XML document; text, comments and declarations are skipped. */
function parseXml(text: string): Element {
  const document: Element = { name: '', attributes: {}, children: [] };
  const open = [document];
  for (const [, closing, name, attributes, empty] of text.matchAll(TOKEN)) {
    if (name === undefined) continue;
    const current = open[open.length - 1];
    if (closing) {
      if (open.length === 1 || current.name !== name)
        throw new RobotError(`not XML: </${name}> closes <${current.name}>`);
      open.pop();
      continue;
    }
    const element: Element = { name, attributes: {}, children: [] };
    for (const [, key, double, single] of attributes.matchAll(ATTRIBUTE)) {
      element.attributes[key] = double ?? single;
    }
    current.children.push(element);
    if (!empty) open.push(element);
  }
  if (open.length > 1) throw new RobotError(`not XML: <${open[open.length - 1].name}> is never closed`);
  if (document.children.length !== 1) throw new RobotError('not XML: one root element is needed');
  return document.children[0];
}
