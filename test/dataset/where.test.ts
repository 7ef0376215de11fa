import { expect, test } from 'vitest';
import { parseWhere, WhereError } from '../../src/dataset/where.ts';

const record = {
  robot: 'g1-inspire',
  task: 'Pour the coffee',
  license: null,
  frames: 90,
  score: 0.8,
  preview: true,
  quality: { smoothness: 0.9, certainty: null, coverage: 1 },
  note: "it's 100 %",
};
const holds = (text: string) => parseWhere(text)(record);

test.each([
  ['frames = 90', true],
  ['frames != 90', false],
  ['frames < 90 or frames >= 90', true],
  ['frames > 89.5 and frames <= 9e1', true],
  ['quality >= 0.8', true],
  ['quality < 0.8', false],
  ['quality.smoothness > .85', true],
  ["task like '%COFFEE'", true],
  ["task like 'pour'", false],
  ["task like 'p_ur%'", true],
  ["task not like '%tea%'", true],
  ["robot in ('h1', 'g1-inspire')", true],
  ["robot not in ('h1', 'g1-inspire')", false],
  ["robot not in ('h1', 'gr1t2')", true],
  ['preview', true],
  ['preview = false', false],
  ["note = 'it''s 100 %'", true],
  ['note = "it\'s 100 %"', true],
  ['NOT (frames = 1) AND robot = "g1-inspire"', true],
])('%s is %s', (text, expected) => {
  expect(holds(text)).toBe(expected);
});

test('and binds before or, not before and', () => {
  expect(holds('frames = 90 or frames = 1 and frames = 2')).toBe(true);
  expect(holds('(frames = 90 or frames = 1) and frames = 2')).toBe(false);
  expect(holds('not frames = 1 or frames = 90')).toBe(true);
  expect(holds('not (frames = 1 or frames = 90)')).toBe(false);
});

test('what a record does not have is equal to nothing, and not an error', () => {
  for (const text of [
    'license = "MIT"',
    'license != "MIT"',
    'missing > 1',
    'missing <= 1',
    'quality.certainty < 1',
  ])
    expect(holds(text)).toBe(false);
  for (const text of [
    'license is null',
    'license = null',
    'missing.deeper is null',
    'robot is not null',
    'robot != null',
  ])
    expect(holds(text)).toBe(true);
  expect(holds('missing like "%"')).toBe(false);
  expect(holds('missing not like "%"')).toBe(false);
  expect(holds('missing not in (1)')).toBe(false);
});

test('a text is not compared with a number', () => {
  expect(holds('robot > 1')).toBe(false);
  expect(holds('frames = "90"')).toBe(false);
});

test('names do not lead out of the record', () => {
  expect(holds('constructor is null and __proto__ is null and task.length is null')).toBe(true);
});

test.each([
  ['', 0, 'a name'],
  ['frames', -1, ''],
  ['frames >', 8, 'a number'],
  ['frames = 90 and', 15, 'a name'],
  ['frames = 90 task = 1', 12, "'and'"],
  ['(frames = 90', 12, "')'"],
  ["task like 'open", 10, 'a closing quote'],
  ['task like 5', 10, 'a quoted text'],
  ['robot in ()', 10, 'a number'],
  ['robot in 5', 9, "'('"],
  ['frames ; drop', 7, 'a name, value or operator'],
  ['license is 5', 11, "'null'"],
  ['frames not = 5', 11, "'like' or 'in'"],
])('%s: says where it went wrong, and what would fit', (text, position, expected) => {
  if (position < 0) return expect(() => parseWhere(text)).not.toThrow();
  try {
    parseWhere(text);
    expect.unreachable();
  } catch (error) {
    expect(error).toBeInstanceOf(WhereError);
    expect((error as WhereError).position).toBe(position);
    expect((error as WhereError).message).toContain(`expected ${expected}`);
  }
});

test('a hostile pattern is answered at once, a hostile depth is refused', () => {
  const condition = parseWhere(`note like '${'%a'.repeat(50)}'`);
  const started = process.cpuUsage();
  expect(condition({ note: 'a'.repeat(49) + 'b'.repeat(20_000) })).toBe(false);
  expect(process.cpuUsage(started).user / 1e6).toBeLessThan(2);
  expect(() => parseWhere('('.repeat(4000))).toThrow(WhereError);
  expect(() => parseWhere('not '.repeat(100_000))).toThrow("at most 100 'not' and '('");
});
