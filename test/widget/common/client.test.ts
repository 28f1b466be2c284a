import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { createClient } from '../../../widget/common/api/client.ts';
import { createApi } from '../../../widget/panel/api/portal.ts';

const json = (body: unknown, init: ResponseInit = {}) => new Response(JSON.stringify(body), init);
const success = (data: unknown, init?: ResponseInit) =>
  json({ success: true, message: 'ok', data }, init);

function start(...answers: (Response | Error | ((init: RequestInit) => Promise<Response>))[]) {
  const fetch = vi.fn(async (_url: unknown, init: RequestInit = {}) => {
    const answer = answers.shift();
    if (answer instanceof Error) throw answer;
    if (typeof answer === 'function') return answer(init);
    return answer ?? success(null);
  });
  let token: string | null = null;
  const client = createClient({
    fetch: fetch as typeof globalThis.fetch,
    base: '/api/v1',
    token: () => token,
  });
  const headers = (call = 0) =>
    fetch.mock.calls[call]?.[1]?.headers as Partial<Record<string, string>> & {
      Authorization?: string;
    };
  return { api: createApi(client), client, fetch, headers, logIn: () => (token = 'secret') };
}

const hanging = (init: RequestInit) =>
  new Promise<Response>((_resolve, reject) => {
    init.signal?.addEventListener('abort', () => reject(new DOMException('', 'AbortError')));
  });

/** An answer that comes when it is told to. */
function held(): [() => Promise<Response>, (response: Response) => void] {
  let answer: (response: Response) => void = () => {};
  const coming = new Promise<Response>((resolve) => {
    answer = resolve;
  });
  return [() => coming, (response) => answer(response)];
}

describe('the API client', () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  it('names itself on every call, and sends a token only when it has one', async () => {
    const { api, headers, logIn, fetch } = start();
    await api.boot('acme & co');
    expect(fetch.mock.calls[0]?.[0]).toBe('/api/v1/panel/boot?company=acme+%26+co');
    expect(headers()['X-Requested-By']).toBe('porthole');
    expect(headers().Authorization).toBeUndefined();
    logIn();
    await api.boot(null);
    expect(fetch.mock.calls[1]?.[0]).toBe('/api/v1/panel/boot');
    expect(headers(1).Authorization).toBe('Bearer secret');
  });

  it('sends the Idempotency-Key with a report', async () => {
    const { api, headers } = start();
    await api.createIncident(
      { shortDescription: 'a', description: 'b', priority: 'LOW', category: 'c' },
      'k1',
    );
    expect(headers()['Idempotency-Key']).toBe('k1');
  });

  it('asks conditionally, and recognises that nothing changed', async () => {
    const { api, headers } = start(
      success({ id: 'x' }, { headers: { etag: '"1"' } }),
      new Response(null, { status: 304 }),
    );
    const first = await api.incident('x');
    const second = await api.incident('x');
    expect(headers(1)['If-None-Match']).toBe('"1"');
    expect(first).toMatchObject({ ok: true, isUnchanged: false });
    expect(second).toMatchObject({ ok: true, isUnchanged: true, data: { id: 'x' } });
  });

  it('hands over code, problems and the pause that the server asks for', async () => {
    const problems = [{ field: 'email', problem: 'invalid', message: 'x' }];
    const { api } = start(
      json(
        { success: false, message: 'No.', errors: [], code: 'invalid', problems, requestId: 'r' },
        { status: 400, headers: { 'retry-after': '7' } },
      ),
    );
    const result = await api.logout();
    expect(result).toEqual({
      ok: false,
      error: { code: 'invalid', message: 'No.', problems, waitMs: 7000 },
    });
  });

  it.each([
    ['a lost network', new TypeError('failed'), 'network'],
    ['a page of a hotel', new Response('<html>', { status: 200 }), 'network'],
    ['a proxy that refuses', new Response('no', { status: 403 }), 'network'],
    ['a proxy without a server', new Response('', { status: 502 }), 'unavailable'],
    ['a proxy that limits', new Response('', { status: 429 }), 'rate_limited'],
    ['a code nobody knows', json({ success: false, code: 'toString' }, { status: 400 }), 'network'],
  ])('answers %s with a code and never rejects', async (_name, answer, code) => {
    const { api } = start(answer);
    expect(await api.boot(null)).toMatchObject({ ok: false, error: { code } });
  });

  it('gives up after 15 s', async () => {
    const { api } = start(hanging);
    const answer = api.boot(null);
    await vi.advanceTimersByTimeAsync(15_000);
    expect(await answer).toMatchObject({ ok: false, error: { code: 'timeout' } });
  });

  it('drops an answer that a later one has overtaken', async () => {
    const [slow, answer] = held();
    const { api } = start(slow, success({ status: 'CLOSED' }, { headers: { etag: '"2"' } }));
    const early = api.incident('x');
    expect(await api.incident('x')).toMatchObject({ ok: true, data: { status: 'CLOSED' } });
    answer(success({ status: 'OPEN' }, { headers: { etag: '"1"' } }));
    expect(await early).toMatchObject({ ok: false, error: { code: 'aborted' } });
  });

  it('reads again what was asked for before something was written', async () => {
    const [slow, answer] = held();
    const { api, fetch } = start(slow, success({ affected: true }), success([{ affected: true }]));
    const early = api.announcements();
    await api.setAffected('x', true);
    answer(success([{ affected: false }]));
    expect(await early).toMatchObject({ ok: true, data: [{ affected: true }] });
    expect(fetch).toHaveBeenCalledTimes(3);
  });

  it('drops the answers of a session that is over, and what it remembered of it', async () => {
    const { api, client, headers } = start(success(1, { headers: { etag: '"1"' } }), hanging);
    await api.incident('x');
    const late = api.incident('y');
    client.startGeneration();
    expect(await late).toMatchObject({ ok: false, error: { code: 'aborted' } });
    await api.incident('x');
    expect(headers(2)['If-None-Match']).toBeUndefined();
  });
});
