/** Password hashing: every byte counts, and a queue that is bounded. */
import { describe, expect, it } from 'vitest';
import { ApiError } from '../../server/errors.ts';
import { createGate, createPasswords } from '../../server/http/passwords.ts';

/** Work that ends when it is told to. */
function newWork() {
  let resolve: (value: string) => void = () => {};
  let reject: (reason: Error) => void = () => {};
  const end = new Promise<string>((yes, no) => {
    resolve = yes;
    reject = no;
  });
  let isRunning = false;
  const run = () => {
    isRunning = true;
    return end;
  };
  return { run, resolve, reject, isRunning: () => isRunning };
}

const settle = () => new Promise((resolve) => setImmediate(resolve));

describe('the gate', () => {
  it('lets its width through at once and the rest in their order', async () => {
    const gate = createGate(2, 10);
    const work = Array.from({ length: 4 }, newWork);
    const done = work.map(({ run }) => gate(run));
    const running = () => work.map((one) => one.isRunning());
    await settle();
    expect(running()).toEqual([true, true, false, false]);
    work[1]?.resolve('b');
    await settle();
    expect(running()).toEqual([true, true, true, false]);
    work[0]?.resolve('a');
    await settle();
    expect(running()).toEqual([true, true, true, true]);
    work[2]?.resolve('c');
    work[3]?.resolve('d');
    expect(await Promise.all(done)).toEqual(['a', 'b', 'c', 'd']);
  });

  it('refuses what finds the queue full, with a time to come back', async () => {
    const gate = createGate(1, 2);
    const work = Array.from({ length: 4 }, newWork);
    const [first, second, third, fourth] = work.map(({ run }) => gate(run));
    const refusal = await fourth?.catch((error: unknown) => error);
    expect(refusal).toBeInstanceOf(ApiError);
    expect(refusal).toMatchObject({ code: 'unavailable', detail: { retryAfterSeconds: 5 } });
    expect(work[3]?.isRunning()).toBe(false);
    for (const { resolve } of work) resolve('done');
    expect(await Promise.all([first, second, third])).toEqual(['done', 'done', 'done']);
  });

  it('goes on after work that failed, and is free again after all', async () => {
    const gate = createGate(1, 1);
    const [bad, good] = [newWork(), newWork()];
    const failed = gate(bad.run).catch((error: Error) => error.message);
    const next = gate(good.run);
    bad.reject(new Error('broken'));
    good.resolve('good');
    expect([await failed, await next]).toEqual(['broken', 'good']);
    for (let round = 0; round < 5; round += 1) expect(await gate(async () => round)).toBe(round);
  });

  it('keeps its width whatever comes and goes', async () => {
    const gate = createGate(3, 100);
    let [running, most] = [0, 0];
    const task = async () => {
      running += 1;
      most = Math.max(most, running);
      await settle();
      running -= 1;
    };
    await Promise.all(Array.from({ length: 60 }, () => gate(task)));
    expect([most, running]).toEqual([3, 0]);
  });
});

describe('passwords', () => {
  it('fit their own hash and no other, to the last of 72 bytes', async () => {
    const passwords = await createPasswords(4);
    const password = 'é'.repeat(36);
    const hash = await passwords.hash(password);
    expect(hash).toMatch(/^\$2b\$04\$/);
    expect(await passwords.matches(password, hash)).toBe(true);
    for (const other of [password.slice(1), `${'é'.repeat(35)}è`, password.normalize('NFD'), '']) {
      expect(await passwords.matches(other, hash)).toBe(false);
    }
    expect(await passwords.hash(password)).not.toBe(hash);
  });

  it('fit nothing where there is no account', async () => {
    const passwords = await createPasswords(4);
    for (const password of ['', 'correct horse battery']) {
      expect(await passwords.matches(password, null)).toBe(false);
    }
  });
});
