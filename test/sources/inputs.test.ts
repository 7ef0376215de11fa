import { createHash } from 'node:crypto';
import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { mutant } from '../../bench/mutants/mutate.ts';
import { ListError } from '../../src/core/errors.ts';
import { sha256File } from '../../src/sources/digest.ts';
import { type ListForm, parseList } from '../../src/sources/list.ts';
import { acquire, expandInputs } from '../../src/sources/resolve.ts';
import { fetchOptions } from './servers.ts';

const folder = mkdtempSync(join(tmpdir(), 'understudy-inputs-'));
const file = (name: string, content = '') => {
  writeFileSync(join(folder, name), content);
  return join(folder, name);
};
const failure = (promise: Promise<unknown>): Promise<Error & { tag: string }> =>
  promise.then(
    () => expect.fail('accepted'),
    error => error,
  );

const items = async (inputs: string[]) => {
  const expansion = await expandInputs(inputs);
  expect(expansion.faults).toEqual([]);
  return expansion.items;
};
const fault = async (input: string) => {
  const { faults } = await expandInputs([input]);
  expect(faults).toHaveLength(1);
  return faults[0].error;
};

mkdirSync(join(folder, 'videos', 'more'), { recursive: true });
mkdirSync(join(folder, 'videos', '.hidden'));
mkdirSync(join(folder, 'empty'));
for (const name of ['b.MP4', 'a.mov', 'notes.md', 'more/c.webm', '.hidden/d.mp4']) file(`videos/${name}`);

describe('files and folders', () => {
  test('a folder gives its videos and those below it, sorted; hidden and other files are left out', async () => {
    const names = ['a.mov', 'b.MP4', 'more/c.webm'].map(name => join(folder, 'videos', name));
    expect((await items([join(folder, 'videos')])).map(item => item.address)).toEqual(names);
  });

  test('a file is taken as it is named, addresses stay, repetitions are dropped, order is kept', async () => {
    const web = 'https://example.org/a.mp4';
    const path = join(folder, 'videos', 'notes.md');
    expect(await items([web, path, web])).toEqual([{ address: web }, { address: path }]);
  });

  test('what is not there, a folder without videos and another scheme are refused', async () => {
    expect((await fault(join(folder, 'nowhere.mp4'))).tag).toBe('SourceError');
    expect((await fault(join(folder, 'empty'))).message).toMatch(/no video file/);
    expect((await fault('ftp://example.org/a.mp4')).tag).toBe('RefusedAddressError');
    expect((await failure(acquire({ address: join(folder, 'gone.mp4') }, fetchOptions()))).tag).toBe(
      'SourceError',
    );
  });

  test('the digest is SHA-256 of the bytes', async () => {
    const content = 'x'.repeat(200_000);
    expect(await sha256File(file('digest', content))).toBe(
      createHash('sha256').update(content).digest('hex'),
    );
    expect((await failure(sha256File(join(folder, 'nowhere')))).tag).toBe('SourceError');
  });
});

describe('lists', () => {
  const expected = [
    {
      address: 'https://example.org/a.mp4',
      task: 'pour, then stir',
      license: 'CC-BY-4.0',
      startS: 1.5,
      endS: 62,
    },
    { address: join(folder, 'videos', 'a.mov') },
  ];

  test('.csv and .jsonl say the same; paths are relative to the list', async () => {
    const csv = file(
      'list.csv',
      '\uFEFFurl,Task,license,start,end\r\nhttps://example.org/a.mp4,"pour, then stir",CC-BY-4.0,1.5,1:02\r\nvideos/a.mov,,,,\r\n',
    );
    expect(await items([csv])).toEqual(expected);
    const rows = [
      {
        url: 'https://example.org/a.mp4',
        task: 'pour, then stir',
        license: 'CC-BY-4.0',
        start: 1.5,
        end: '1:02',
      },
      { url: 'videos/a.mov', task: null },
    ];
    const jsonl = file('list.jsonl', `${rows.map(row => JSON.stringify(row)).join('\n')}\n\n`);
    expect(await items([jsonl])).toEqual(expected);
  });

  test('.txt has one a line, with comments; a folder is expanded with the row; a missing file stays', async () => {
    const txt = file('list.txt', '# mine\n\n  https://example.org/a.mp4  \nvideos/more\nlater.mp4\n');
    expect(await items([txt])).toEqual([
      { address: 'https://example.org/a.mp4' },
      { address: join(folder, 'videos', 'more', 'c.webm') },
      { address: join(folder, 'later.mp4') },
    ]);
  });

  const BROKEN: [name: string, content: string, row: number, what: RegExp][] = [
    ['header.csv', 'address,task\na.mp4,x\n', 1, /no column 'url'/],
    ['column.csv', 'url,tusk\na.mp4,x\n', 1, /unknown column 'tusk'/],
    ['nameless.csv', 'url,\na.mp4,x\n', 2, /unknown column ''/],
    ['empty-url.csv', 'url,task\na.mp4,x\n,y\n', 3, /'url' is empty/],
    ['ragged.csv', 'url,task\na.mp4,x\n\nb.mp4,y, z\n', 4, /3 values where the header has 2/],
    ['quote.csv', 'url,task\na.mp4,"x\n', 2, /not valid CSV/],
    ['start.csv', 'url,start\na.mp4,soon\n', 2, /'start' is 'soon'; seconds/],
    ['negative.csv', 'url,start\na.mp4,-1\n', 2, /'start'/],
    ['order.csv', 'url,start,end\na.mp4,5,4\n', 2, /'end' \(4 s\) must come after/],
    ['json.jsonl', '{"url":"a.mp4"}\n{"url":\n', 2, /not valid JSON/],
    ['array.jsonl', '["a.mp4"]\n', 1, /not a JSON object/],
    ['number.jsonl', '{"url":7}\n', 1, /'url' is 7, not text/],
    ['object.jsonl', '{"url":{"toString":1}}\n', 1, /'url' is a list or an object, not text/],
    [
      'time.jsonl',
      '{"url":"a.mp4","start":{"toString":1}}\n',
      1,
      /'start' is 'a list or an object'; seconds/,
    ],
    ['deep.jsonl', `{"url":${'['.repeat(50_000)}${']'.repeat(50_000)}}\n`, 1, /'url' is a list or an object/],
    ['key.jsonl', '{"url":"a.mp4","stop":3}\n', 1, /unknown column 'stop'/],
  ];
  for (const [name, content, row, what] of BROKEN) {
    test(`${name} is refused by file and row`, async () => {
      const error = await fault(file(name, content));
      expect(error.tag).toBe('ListError');
      expect(error.message).toContain(`${name} row ${row}: `);
      expect(error.message).toMatch(what);
      expect(error.message).not.toContain('\n');
    });
  }

  test('what is neither an http(s) address nor an absolute path is no way to a file', async () => {
    const up = '../'.repeat(40) + join(folder, 'videos', 'a.mov').slice(1);
    for (const address of [`http:/a.example/${up}`, `http:${up}`, up])
      expect((await failure(acquire({ address }, fetchOptions()))).tag).toBe('RefusedAddressError');
  });

  test('columns that a spreadsheet adds at the end, and those it leaves out, are no fault', async () => {
    const list = file('sheet.csv', 'url,task,,\na.mp4,pour,,\nb.mp4\nc.mp4,stir,,,\n');
    const { items, faults } = await expandInputs([list]);
    expect(faults).toEqual([]);
    expect(items.map(({ task }) => task)).toEqual(['pour', undefined, 'stir']);
  });

  test('a header of many columns without names is as good as one', () => {
    const rows = parseList(`url${','.repeat(20_000)}\n${'a.mp4\n'.repeat(500)}`, '.csv', 'wide');
    expect(rows).toEqual(parseList(`url\n${'a.mp4\n'.repeat(500)}`, '.csv', 'wide'));
  });

  test('a broken row does not take the others with it, nor the other inputs', async () => {
    const list = file('mixed.csv', 'url,start\na.mp4,1\n,2\nb.mp4,soon\n\nc.mp4,\nd.mp4,1,2\n');
    const { items, faults } = await expandInputs([
      list,
      join(folder, 'nowhere.mp4'),
      join(folder, 'videos', 'a.mov'),
    ]);
    expect(items.map(({ address }) => address)).toEqual(
      ['a.mp4', 'c.mp4', 'videos/a.mov'].map(name => join(folder, name)),
    );
    expect(faults.map(({ error }) => error.message.replace(folder, ''))).toEqual([
      expect.stringContaining('mixed.csv row 3'),
      expect.stringContaining('mixed.csv row 4'),
      expect.stringContaining('mixed.csv row 7'),
      expect.stringContaining('nowhere.mp4'),
    ]);
  });

  test('an empty list, a missing list and a list with another scheme are refused', async () => {
    expect((await fault(file('none.txt', '# nothing\n'))).tag).toBe('ListError');
    expect((await fault(join(folder, 'nowhere.csv'))).tag).toBe('SourceError');
    expect((await fault(file('ftp.txt', 'ftp://x/a.mp4\n'))).tag).toBe('RefusedAddressError');
  });
});

test('two thousand mutated lists give rows or a fault with its place, and crash nothing', () => {
  const lists: [ListForm, string][] = [
    ['.txt', '# hands\nhttps://example.org/a.mp4\nclips/b.mp4\n\nc.mp4\n'],
    [
      '.csv',
      'url,task,license,start,end\nhttps://example.org/a.mp4,"pick, and place",cc-by-4.0,1:02.5,90\nb.mp4,,,,\n"c ""d"".mp4",pour,mit,0,2\n',
    ],
    ['.jsonl', '{"url":"https://example.org/a.mp4","task":"pour","start":1,"end":"0:02"}\n{"url":"b.mp4"}\n'],
  ];
  const outcomes = { rows: 0, faults: 0 };
  for (let seed = 1; seed <= 2000; seed++) {
    const [form, text] = lists[seed % lists.length];
    const broken = mutant(Buffer.from(text.repeat(4)), seed).toString('utf8');
    try {
      for (const { item, number } of parseList(broken, form, 'list')) {
        expect(number).toBeGreaterThan(0);
        outcomes[item instanceof ListError ? 'faults' : 'rows']++;
      }
    } catch (error) {
      expect(error, `seed ${seed}`).toBeInstanceOf(ListError);
      outcomes.faults++;
    }
  }
  expect(outcomes.rows).toBeGreaterThan(2000);
  expect(outcomes.faults).toBeGreaterThan(500);
});
