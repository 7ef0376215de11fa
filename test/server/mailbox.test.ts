import { expect, test } from 'vitest';
import { Mailbox } from '../../src/server/mailbox.ts';

const readAll = async (mailbox: Mailbox<number>) => {
  const all: number[] = [];
  for await (const value of mailbox) all.push(value);
  return all;
};

test('a reader that is too far behind is let go: it reads what is there, and no more', async () => {
  const mailbox = new Mailbox<number>(3);
  for (let i = 0; i < 10; i++) mailbox.push(i);
  const late = new Promise<string>(resolve => setTimeout(() => resolve('still open'), 1000));
  expect(await Promise.race([readAll(mailbox), late])).toEqual([0, 1, 2, 3]);
});

test('a reader that keeps up gets all, until it is closed', async () => {
  const mailbox = new Mailbox<number>(1);
  const reading = readAll(mailbox);
  for (let i = 0; i < 5; i++) {
    mailbox.push(i);
    await new Promise(resolve => setImmediate(resolve));
  }
  mailbox.close();
  mailbox.push(5);
  expect(await reading).toEqual([0, 1, 2, 3, 4]);
});
