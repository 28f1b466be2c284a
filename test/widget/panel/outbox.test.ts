import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Api } from '../../../widget/panel/api/portal.ts';
import { draftsOf } from '../../../widget/panel/state/drafts.ts';
import { replyKey, reportKey } from '../../../widget/panel/state/kept.ts';
import { flush } from '../../../widget/panel/state/outbox.ts';
import { emptyOutbox, takeBack } from '../../../widget/panel/state/parcels.ts';
import { send } from '../../../widget/panel/state/sending.ts';
import { boot } from '../../../widget/panel/state/session.ts';
import {
  bootIn,
  buildIncident,
  customer,
  NOW,
  ok,
  refused,
  report,
  setUpInside,
} from './support.ts';

async function start(overrides: Partial<Api> = {}) {
  const setup = setUpInside(overrides);
  await boot(setup.panel);
  // What waited from before is looked for once the file for it is here.
  await vi.advanceTimersByTimeAsync(0);
  return setup;
}

describe('the outbox', () => {
  beforeEach(() => void vi.useFakeTimers({ now: NOW }));
  afterEach(() => void vi.useRealTimers());

  it('keeps a report on the device before it is sent for the first time', async () => {
    let keptWhileSending: string[] = [];
    const setup = await start({
      createIncident: async () => {
        keptWhileSending = setup.device.keys('porthole/').filter((key) => key.includes('outbox'));
        return ok(buildIncident());
      },
    });
    const outcome = await send(setup.panel, null, report);
    expect(outcome.state).toBe('sent');
    expect(keptWhileSending).toHaveLength(1);
    expect(setup.device.keys('porthole/').filter((key) => key.includes('outbox'))).toEqual([]);
  });

  it('tells the host page about a report that arrived', async () => {
    const { panel, told } = await start();
    await send(panel, null, report);
    expect(told).toContainEqual(expect.objectContaining({ type: 'incident' }));
  });

  it.each(['network', 'timeout', 'unavailable', 'internal', 'rate_limited'] as const)(
    'holds a report that met %s, and sends it by itself with the same key, once',
    async (code) => {
      const keys: string[] = [];
      const createIncident = vi
        .fn<Api['createIncident']>()
        .mockImplementationOnce(async (_body, key) => {
          keys.push(key);
          return refused(code);
        })
        .mockImplementation(async (_body, key) => {
          keys.push(key);
          return ok(buildIncident());
        });
      const { panel } = await start({ createIncident });
      expect((await send(panel, null, report)).state).toBe('waiting');
      expect(panel.outbox.parcels.value).toHaveLength(1);
      await vi.advanceTimersByTimeAsync(10_000);
      expect(panel.outbox.parcels.value).toHaveLength(0);
      expect(keys).toEqual(['key-1', 'key-1']);
      await vi.advanceTimersByTimeAsync(120_000);
      expect(createIncident).toHaveBeenCalledTimes(2);
    },
  );

  it('waits as long as the server asks', async () => {
    const createIncident = vi
      .fn<Api['createIncident']>()
      .mockResolvedValueOnce(refused('rate_limited', { waitMs: 30_000 }))
      .mockResolvedValue(ok(buildIncident()));
    const { panel } = await start({ createIncident });
    await send(panel, null, report);
    await flush(panel);
    await vi.advanceTimersByTimeAsync(29_000);
    expect(createIncident).toHaveBeenCalledTimes(1);
    await vi.advanceTimersByTimeAsync(2_000);
    expect(createIncident).toHaveBeenCalledTimes(2);
  });

  it('finds a report again after the page was closed in the middle of sending', async () => {
    const first = await start({ createIncident: () => new Promise(() => {}) });
    void send(first.panel, null, report);
    await vi.advanceTimersByTimeAsync(0);
    const second = setUpInside({}, { device: first.device });
    await boot(second.panel);
    await vi.advanceTimersByTimeAsync(0);
    expect(second.api.createIncident).toHaveBeenCalledExactlyOnceWith(report, 'key-1');
    expect(draftsOf(second.panel).open(reportKey(customer)).values.value).toEqual({});
  });

  it('does not send what another tab has sent meanwhile', async () => {
    const first = await start({ createIncident: vi.fn(async () => refused('network') as never) });
    await send(first.panel, null, report);
    const second = setUpInside({}, { device: first.device });
    await boot(second.panel);
    await vi.advanceTimersByTimeAsync(0);
    await flush(first.panel);
    expect(second.api.createIncident).toHaveBeenCalledTimes(1);
    expect(first.api.createIncident).toHaveBeenCalledTimes(1);
    expect(first.panel.outbox.parcels.value).toEqual([]);
  });

  it('puts a refused report back into its form, with the reason', async () => {
    const problems = [{ field: 'description', problem: 'too_long', message: '…' } as const];
    const { panel } = await start({
      createIncident: async () => refused('invalid', { problems }),
    });
    draftsOf(panel).write(reportKey(customer), report);
    expect((await send(panel, null, report)).state).toBe('refused');
    expect(draftsOf(panel).open(reportKey(customer)).values.value).toEqual(report);
    expect(panel.outbox.refused.value[reportKey(customer)]?.problems).toEqual(problems);
    expect(panel.outbox.parcels.value).toEqual([]);
  });

  it('leaves what is being written alone when something older is refused', async () => {
    const incident = buildIncident();
    const comment = vi
      .fn<Api['comment']>()
      .mockResolvedValueOnce(refused('network'))
      .mockResolvedValue(refused('incident_closed', { message: 'It is closed.' }));
    const { panel } = await start({ comment });
    await send(panel, incident.id, { content: 'first' });
    draftsOf(panel).write(replyKey(customer, incident.id), { content: 'second' });
    await flush(panel);
    const [parcel] = panel.outbox.parcels.value;
    expect(parcel?.reason).toBe('It is closed.');
    expect(draftsOf(panel).open(replyKey(customer, incident.id)).values.value.content).toBe(
      'second',
    );
    if (parcel) takeBack(panel, parcel);
    expect(draftsOf(panel).open(replyKey(customer, incident.id)).values.value.content).toBe(
      'second\n\nfirst',
    );
  });

  it('sends replies in the order in which they were written', async () => {
    const sent: string[] = [];
    let isOffline = true;
    const { panel } = await start({
      comment: async (_id, content) => {
        if (isOffline) return refused('network');
        sent.push(content);
        return refused('not_found');
      },
    });
    await send(panel, 'i', { content: 'one' });
    vi.setSystemTime(NOW + 5);
    await send(panel, 'i', { content: 'two' });
    isOffline = false;
    await flush(panel);
    expect(sent).toEqual(['one', 'two']);
  });

  it('keeps what waits when the session ends, for the same customer only', async () => {
    const { panel, api } = await start({
      createIncident: vi
        .fn<Api['createIncident']>()
        .mockResolvedValueOnce(refused('unauthorized'))
        .mockResolvedValue(ok(buildIncident())),
    });
    expect((await send(panel, null, report)).state).toBe('waiting');
    expect(panel.phase.value).toBe('enter');
    api.boot.mockResolvedValueOnce(
      ok({ ...bootIn, me: { customer: { ...customer, id: 'other' }, expiresAt: '' } }),
    );
    await boot(panel);
    await vi.advanceTimersByTimeAsync(0);
    expect(api.createIncident).toHaveBeenCalledTimes(1);
    await boot(panel);
    await vi.advanceTimersByTimeAsync(0);
    expect(api.createIncident).toHaveBeenCalledTimes(2);
  });

  it('turns the screen that says "kept" into the one that says "sent"', async () => {
    const { panel } = await start({
      createIncident: vi
        .fn<Api['createIncident']>()
        .mockResolvedValueOnce(refused('network'))
        .mockResolvedValue(ok(buildIncident({ ticketNumber: 'INC-1' }))),
    });
    await send(panel, null, report);
    panel.route.value = { name: 'sent', id: null, ticketNumber: null };
    await flush(panel);
    expect(panel.route.value).toMatchObject({ name: 'sent', ticketNumber: 'INC-1' });
  });

  it('is empty after being emptied', async () => {
    const { panel, device } = await start({ createIncident: async () => refused('network') });
    await send(panel, null, report);
    emptyOutbox(panel);
    expect(device.keys('porthole/').filter((key) => key.includes('outbox'))).toEqual([]);
  });
});
