import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { takeKey } from '../../../widget/desk/environment.ts';
import { draftKey } from '../../../widget/desk/state/kept.ts';
import { readQueue } from '../../../widget/desk/state/queue.ts';
import { boot, logIn, logOut } from '../../../widget/desk/state/session.ts';
import { buildIncident, ok, refused, session, setUp, setUpInside } from './support.ts';

describe('the way in', () => {
  it('knows who is here from the cookie alone', async () => {
    const { desk } = setUp();
    await boot(desk);
    expect(desk.phase.value).toBe('in');
    expect(desk.session.value?.keyName).toBe('Billing team');
  });

  it('asks for the key when nobody is, and keeps it nowhere', async () => {
    const { desk, device } = setUp([], { session: async () => refused('unauthorized') });
    await boot(desk);
    expect(desk.phase.value).toBe('enter');
    expect(await logIn(desk, 'ph_secret')).toBeNull();
    expect(desk.phase.value).toBe('in');
    expect(device.keys('')).toEqual([]);
  });

  it('says what is wrong with a key, and stays at the door', async () => {
    const { desk } = setUp([], {
      session: async () => refused('unauthorized'),
      logIn: async () => refused('unauthorized'),
    });
    await boot(desk);
    expect((await logIn(desk, 'nonsense'))?.code).toBe('unauthorized');
    expect(desk.phase.value).toBe('enter');
    expect(desk.isExpired.value).toBe(false);
  });

  it('logs in with the key of a link, which leaves the address at once', async () => {
    window.history.replaceState(null, '', '/desk#key=ph_abc%2Fd');
    const key = takeKey(window);
    expect(key).toBe('ph_abc/d');
    expect(window.location.hash).toBe('');
    const { desk, api } = setUp();
    await boot(desk, key);
    expect(api.logIn).toHaveBeenCalledWith('ph_abc/d');
    expect(desk.phase.value).toBe('in');
  });

  it('stays with the session there is when the key of a link is wrong', async () => {
    const { desk } = setUp([], { logIn: async () => refused('unauthorized') });
    await boot(desk, 'ph_wrong');
    expect(desk.phase.value).toBe('in');
    expect(desk.session.value?.keyName).toBe('Billing team');
  });

  it('reads all companies for a key over all of them', async () => {
    const company = { ...session.company, id: 'c1', name: 'Südwind' };
    const { desk } = setUp([], {
      session: async () => ok({ ...session, company: null }),
      companies: async () => ok([company] as never),
    });
    await boot(desk);
    await vi.waitFor(() => expect(desk.companies.value).toHaveLength(1), 4_000);
  });
});

describe('a server that is away', () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  it('is asked again by itself', async () => {
    const asked = vi.fn().mockResolvedValueOnce(refused('network')).mockResolvedValue(ok(session));
    const { desk } = setUp([], { session: asked });
    await boot(desk);
    expect(desk.phase.value).toBe('failed');
    await vi.advanceTimersByTimeAsync(2_000);
    expect(desk.phase.value).toBe('in');
  });
});

describe('the way out', () => {
  it('keeps place and drafts when the session ends by itself', async () => {
    const incident = buildIncident();
    const { desk, api, device, stop } = await setUpInside([incident], {}, '#work');
    const key = draftKey(desk, incident.id, 'reply');
    desk.drafts.write(key, { content: 'Half a sent' });
    api.incidents.mockResolvedValueOnce(refused('unauthorized'));
    await readQueue(desk);
    expect(desk.phase.value).toBe('enter');
    expect(desk.isExpired.value).toBe(true);
    expect(device.get(key)).toContain('Half a sent');
    await logIn(desk, 'ph_secret');
    expect(desk.route.value).toMatchObject({ view: 'work' });
    expect(desk.drafts.open(key).values.value.content).toBe('Half a sent');
    stop();
  });

  it('asks before drafts are lost, and then leaves nothing behind', async () => {
    const incident = buildIncident();
    const { desk, api, device, stop } = await setUpInside([incident]);
    desk.drafts.write(draftKey(desk, incident.id, 'note'), { content: 'Call them' });
    const first = logOut(desk);
    await vi.waitFor(() => expect(desk.question.value).not.toBeNull(), 4_000);
    desk.question.value?.answer(false);
    await first;
    expect(api.logOut).not.toHaveBeenCalled();
    const second = logOut(desk);
    await vi.waitFor(() => expect(desk.question.value).not.toBeNull(), 4_000);
    desk.question.value?.answer(true);
    await second;
    expect(desk.phase.value).toBe('enter');
    expect(device.keys('')).toEqual([]);
    expect(desk.queue.items.value).toBeNull();
    stop();
  });

  it('says so when the server cannot be reached', async () => {
    const { desk, stop } = await setUpInside([], { logOut: async () => refused('network') });
    await logOut(desk);
    expect(desk.phase.value).toBe('in');
    expect(desk.said.value).toContain('still logged in');
    stop();
  });
});
