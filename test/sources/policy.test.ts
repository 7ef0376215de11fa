import { afterAll, describe, expect, test, vi } from 'vitest';
import { checkLicense } from '../../src/sources/policy.ts';
import { politely } from '../../src/sources/polite.ts';
import { acquire } from '../../src/sources/resolve.ts';
import { robotsAllow } from '../../src/sources/robots-txt.ts';
import { closeServers, failure, fetchOptions, serve } from './servers.ts';

afterAll(closeServers);

describe('robots.txt', () => {
  test('the longest rule decides, allow where two are as long; * and $ as RFC 9309 has them', () => {
    const text = [
      'User-agent: *',
      'Disallow: /private # not for anybody',
      'Allow: /private/open',
      'Disallow: /*.mp4$',
      'Allow: /films/*.mp4$',
      'Disallow: /same',
      'Allow: /same',
      'Disallow:',
    ].join('\r\n');
    const answers = {
      '/': true,
      '/private/a.webm': false,
      '/private/open/a.webm': true,
      '/a.mp4': false,
      '/a.mp4?x=1': true,
      '/films/a.mp4': true,
      '/same': true,
      '/PRIVATE': true,
    };
    for (const [path, allowed] of Object.entries(answers))
      expect(robotsAllow(text, path), path).toBe(allowed);
  });

  test('a group that names this robot counts instead of the one for all', () => {
    const text = 'User-agent: *\nDisallow: /\n\nUser-agent: other\nUser-agent: Understudy\nDisallow: /b\n';
    expect(robotsAllow(text, '/a')).toBe(true);
    expect(robotsAllow(text, '/b')).toBe(false);
    expect(robotsAllow('User-agent: other\nDisallow: /', '/a')).toBe(true);
    expect(robotsAllow('', '/a')).toBe(true);
    expect(robotsAllow('<html>not found</html>', '/a')).toBe(true);
  });

  test('of two rules of one length the one that allows decides, in either order', () => {
    for (const rules of ['Allow: /a\nDisallow: /a', 'Disallow: /a\nAllow: /a'])
      expect(robotsAllow(`User-agent: *\n${rules}`, '/a'), rules).toBe(true);
  });

  test('a hostile one is answered: stars, blanks, robots and rules without number', () => {
    const path = `/${'a'.repeat(2000)}`;
    const all = (lines: string) => robotsAllow(`User-agent: *\n${lines}`, path);
    expect(all(`Disallow: /${'*a'.repeat(20_000)}*b`)).toBe(true);
    expect(all(`Disallow: /${'*a'.repeat(2000)}*$`)).toBe(false);
    expect(all(`Disallow: /a${' '.repeat(200_000)}b`)).toBe(true);
    expect(all(`${'User-agent: *\n'.repeat(10_000)}${'Disallow: /*aab\n'.repeat(20_000)}`)).toBe(true);
    expect(robotsAllow(`${'User-agent: x\n'.repeat(20_000)}Disallow: /\n`, path)).toBe(true);
    expect(all(`${'User-agent: x\n'.repeat(20_000)}Disallow: /`)).toBe(false);
  });

  test('parts between stars stand one after another, and the end is not a part again', () => {
    const refuses = (rule: string, path: string) => !robotsAllow(`User-agent: *\nDisallow: ${rule}`, path);
    expect(refuses('/a*b*c', '/a-b-c-d')).toBe(true);
    expect(refuses('/a*b*c', '/a-c-b')).toBe(false);
    expect(refuses('/a**c', '/ac')).toBe(true);
    expect(refuses('/ab*b$', '/ab')).toBe(false);
    expect(refuses('/ab*b$', '/abcb')).toBe(true);
    expect(refuses('/a.(b)+?x=[1]', '/a.(b)+?x=[1]&y')).toBe(true);
    expect(refuses('*.mp4', '/a.mp4?x')).toBe(true);
    expect(refuses('/$a', '/$a')).toBe(true);
  });

  test('is asked for once per site, and obeyed unless the settings say otherwise', async () => {
    const asked: string[] = [];
    const host = await serve((request, response) => {
      asked.push(request.url ?? '');
      if (request.url === '/robots.txt') response.end('User-agent: *\nDisallow: /secret');
      else response.writeHead(200, { 'content-type': 'video/mp4' }).end('film');
    });
    const options = fetchOptions({ allowHosts: [host], robotsTxt: 'obey' });
    await acquire({ address: `http://${host}/a.mp4` }, options);
    await acquire({ address: `http://${host}/b.mp4` }, options);
    const error = await failure(acquire({ address: `http://${host}/secret/c.mp4` }, options));
    expect(error).toMatchObject({ tag: 'PolicyError', retryable: false });
    expect(asked).toEqual(['/robots.txt', '/a.mp4', '/b.mp4']);
    await acquire({ address: `http://${host}/secret/c.mp4` }, { ...options, robotsTxt: 'ignore' });
    expect(asked.at(-1)).toBe('/secret/c.mp4');
  });

  test('of a site that fails allows nothing for now; of one without, everything', async () => {
    const withStatus = (status: number) =>
      serve((request, response) =>
        request.url === '/robots.txt'
          ? void response.writeHead(status).end()
          : void response.writeHead(200, { 'content-type': 'video/mp4' }).end('film'),
      );
    const [failing, without] = [await withStatus(503), await withStatus(404)];
    const options = (host: string) => fetchOptions({ allowHosts: [host], robotsTxt: 'obey' });
    const error = await failure(acquire({ address: `http://${failing}/a.mp4` }, options(failing)));
    expect(error).toMatchObject({ tag: 'SourceUnavailableError', retryable: true });
    await acquire({ address: `http://${without}/a.mp4` }, options(without));
  });

  test('that does not come to its end is left by who is stopped, and waited for by others', async () => {
    let asked = 0;
    let begin = () => {};
    const begun = new Promise<void>(done => {
      begin = done;
    });
    let finish = () => {};
    const host = await serve((request, response) => {
      if (request.url !== '/robots.txt')
        return void response.writeHead(200, { 'content-type': 'video/mp4' }).end('film');
      asked++;
      response.write('#', begin);
      finish = () => response.end();
    });
    const options = fetchOptions({ allowHosts: [host], robotsTxt: 'obey' });
    const item = { address: `http://${host}/a.mp4` };
    const controller = new AbortController();
    const stopped = failure(acquire(item, { ...options, signal: controller.signal }));
    const waiting = acquire(item, options);
    await begun;
    controller.abort(new Error('cancelled'));
    expect((await stopped).message).toBe('cancelled');
    finish();
    await waiting;
    expect(asked).toBe(1);
  });

  test('that takes too long is given up, and asked for again', async () => {
    const slow = new AbortController();
    const timeout = vi.spyOn(AbortSignal, 'timeout').mockReturnValueOnce(slow.signal);
    let asked = 0;
    const host = await serve((request, response) => {
      if (request.url !== '/robots.txt')
        return void response.writeHead(200, { 'content-type': 'video/mp4' }).end('film');
      if (++asked > 1) return void response.end();
      response.write('#', () => slow.abort(new DOMException('late', 'TimeoutError')));
    });
    const options = fetchOptions({ allowHosts: [host], robotsTxt: 'obey', hostConcurrency: 1 });
    const item = { address: `http://${host}/a.mp4` };
    const error = await failure(acquire(item, options));
    expect(timeout).toHaveBeenCalledWith(30_000);
    expect(error).toMatchObject({ tag: 'SourceUnavailableError', retryable: true });
    expect(error.message).toContain(`robots.txt of ${host} took longer than 30 s`);
    await acquire(item, options);
    expect(asked).toBe(2);
  });
});

describe('licences', () => {
  const policy = { licenseAllow: [], licenseDeny: [], licenseUnknown: 'use' as const };
  const refused = (license: string | undefined, given: Partial<Parameters<typeof checkLicense>[2]>) => {
    try {
      checkLicense('a.mp4', license, { ...policy, ...given });
      return null;
    } catch (error) {
      return (error as Error).message;
    }
  };

  test('without lists everything may be used', () => {
    for (const license of ['MIT', 'unknown', undefined, 'proprietary'])
      expect(refused(license, {})).toBeNull();
  });

  test('an allow list lets through what it names, a deny list nothing that it names', () => {
    const lists = { licenseAllow: ['CC-BY*', 'apache-2.0'], licenseDeny: ['*-NC*'] };
    for (const license of ['cc-by-4.0', 'CC-BY-SA-4.0', 'Apache-2.0'])
      expect(refused(license, lists)).toBeNull();
    expect(refused('MIT', lists)).toMatch(/not in licenseAllow/);
    expect(refused('cc-by-nc-4.0', lists)).toMatch(/refused by licenseDeny/);
    expect(refused('xcc-by', lists)).toMatch(/not in licenseAllow/);
  });

  test('what nobody has stated is neither allowed nor denied: it has a setting of its own', () => {
    const lists = { licenseAllow: ['mit'], licenseDeny: ['*'] };
    for (const license of [undefined, '', 'unknown', 'Unknown']) {
      expect(refused(license, lists)).toBeNull();
      expect(refused(license, { licenseUnknown: 'refuse' })).toMatch(/its licence is not stated/);
    }
  });
});

describe('politeness', () => {
  test('one host serves a few at a time, others meanwhile', async () => {
    let [running, most] = [0, 0];
    const work = async () => {
      most = Math.max(most, ++running);
      await new Promise(done => setTimeout(done, 20));
      running--;
    };
    const limits = { hostConcurrency: 2, hostDelayMs: 0 };
    await Promise.all(Array.from({ length: 7 }, () => politely('a.example', limits, work)));
    expect({ most, running }).toEqual({ most: 2, running: 0 });
    most = 0;
    await Promise.all('bcdef'.split('').map(name => politely(`${name}.example`, limits, work)));
    expect(most).toBe(5);
  });

  test('of a host that serves one at a time, the last who waits is not forgotten', async () => {
    let [running, most] = [0, 0];
    const work = async () => {
      most = Math.max(most, ++running);
      await new Promise(done => setTimeout(done, 20));
      running--;
    };
    const limits = { hostConcurrency: 1, hostDelayMs: 0 };
    const first = politely('one.example', limits, work);
    const second = politely('one.example', limits, work);
    await first;
    await Promise.all([second, politely('one.example', limits, work)]);
    expect(most).toBe(1);
  });

  test('starts are apart by the delay', async () => {
    const starts: number[] = [];
    const began = performance.now();
    const limits = { hostConcurrency: 5, hostDelayMs: 60 };
    const work = async () => void starts.push(performance.now());
    await Promise.all([1, 2, 3].map(() => politely('slow.example', limits, work)));
    // A timer may be late, but not early by more than a tick.
    expect(starts[1] - began).toBeGreaterThan(58);
    expect(starts[2] - began).toBeGreaterThan(118);
  });

  test('who waits can leave, and a failure gives its place on', async () => {
    const limits = { hostConcurrency: 1, hostDelayMs: 0 };
    const controller = new AbortController();
    let release = () => {};
    const first = politely('busy.example', limits, () => new Promise<void>(done => (release = done)));
    const leaving = politely('busy.example', limits, async () => 'never', controller.signal);
    const last = politely('busy.example', limits, async () => 'last');
    controller.abort(new Error('left'));
    await expect(leaving).rejects.toThrow('left');
    release();
    await first;
    expect(await last).toBe('last');
    await expect(
      politely('busy.example', limits, async () => Promise.reject(new Error('broken'))),
    ).rejects.toThrow('broken');
    expect(await politely('busy.example', limits, async () => 'free')).toBe('free');
  });
});
