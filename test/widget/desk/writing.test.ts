import { describe, expect, it, vi } from 'vitest';
import { move, resolve } from '../../../widget/desk/state/case.ts';
import { draftKey } from '../../../widget/desk/state/kept.ts';
import { sendAndResolve, sendingOf, sendPad } from '../../../widget/desk/state/writing.ts';
import { buildComment, buildIncident, ok, refused, setUpInside } from './support.ts';

async function atIncident(overrides: Parameters<typeof setUpInside>[1] = {}) {
  const incident = buildIncident();
  const setup = await setUpInside([incident], overrides, `#waiting/${incident.ticketNumber}`);
  await vi.waitFor(() => expect(setup.desk.case.incident.value?.id).toBe(incident.id), 4_000);
  const key = (pad: 'reply' | 'note' | 'resolve') => draftKey(setup.desk, incident.id, pad);
  const write = (pad: 'reply' | 'note', content: string) =>
    setup.desk.drafts.write(key(pad), { content });
  const written = (pad: 'reply' | 'note') =>
    setup.desk.drafts.open(key(pad)).values.value.content ?? '';
  return { ...setup, incident, key, write, written };
}

describe('what is written', () => {
  it('goes to the customer from one pad and stays in the team from the other', async () => {
    const { desk, api, incident, write, written, stop } = await atIncident();
    write('reply', 'On our way');
    write('note', 'Tax key 88');
    await sendPad(desk, incident, 'note');
    expect(api.comment).toHaveBeenLastCalledWith(incident.id, 'Tax key 88', true);
    expect(written('note')).toBe('');
    expect(written('reply')).toBe('On our way');
    await sendPad(desk, incident, 'reply');
    expect(api.comment).toHaveBeenLastCalledWith(incident.id, 'On our way', false);
    expect(desk.case.incident.value?.comments.map((one) => one.isInternal)).toEqual([true, false]);
    stop();
  });

  it('is not sent twice by two presses', async () => {
    const { desk, api, incident, write, stop } = await atIncident();
    write('reply', 'Once');
    await Promise.all([sendPad(desk, incident, 'reply'), sendPad(desk, incident, 'reply')]);
    expect(api.comment).toHaveBeenCalledTimes(1);
    stop();
  });

  it('stays when it could not be sent, and says why', async () => {
    const { desk, api, incident, write, written, key, stop } = await atIncident();
    api.comment.mockResolvedValueOnce(refused('network'));
    write('reply', 'On our way');
    await sendPad(desk, incident, 'reply');
    expect(written('reply')).toBe('On our way');
    expect(sendingOf(desk, key('reply')).value.failure?.code).toBe('network');
    await sendPad(desk, incident, 'reply');
    expect(written('reply')).toBe('');
    stop();
  });

  it('is not asked for again when only the answer got lost on its way back', async () => {
    const { desk, api, incident, write, written, stop } = await atIncident();
    api.comment.mockImplementationOnce(async (_id, content) => {
      const sent = { ...incident, comments: [buildComment({ content })] };
      api.incident.mockResolvedValue(ok(sent));
      return refused('timeout');
    });
    write('reply', 'Arrived all the same');
    await sendPad(desk, incident, 'reply');
    expect(written('reply')).toBe('');
    expect(desk.case.incident.value?.comments).toHaveLength(1);
    expect(api.comment).toHaveBeenCalledTimes(1);
    stop();
  });

  it('leaves what was typed meanwhile', async () => {
    const { desk, api, incident, write, written, stop } = await atIncident();
    api.comment.mockImplementationOnce(async (_id, content) => {
      write('reply', ' First. And then ');
      return ok(buildComment({ content }));
    });
    write('reply', ' First.');
    await sendPad(desk, incident, 'reply');
    expect(written('reply')).toBe('And then ');
    stop();
  });

  it('leaves all of it, with what was typed meanwhile, when it was not sent', async () => {
    const { desk, api, incident, write, written, stop } = await atIncident();
    api.comment.mockImplementationOnce(async () => {
      write('reply', 'First. And then');
      return refused('unavailable');
    });
    write('reply', 'First.');
    await sendPad(desk, incident, 'reply');
    expect(written('reply')).toBe('First. And then');
    stop();
  });

  it('waits behind the door when the session has ended, and reproaches nobody afterwards', async () => {
    const { desk, api, incident, write, written, key, stop } = await atIncident();
    api.comment.mockResolvedValueOnce(refused('unauthorized'));
    write('reply', 'On our way');
    await sendPad(desk, incident, 'reply');
    expect(desk.phase.value).toBe('enter');
    expect(sendingOf(desk, key('reply')).value).toEqual({ isBusy: false, failure: null });
    expect(written('reply')).toBe('On our way');
    stop();
  });

  it('resolves with the last word', async () => {
    const { desk, api, incident, write, written, stop } = await atIncident();
    write('reply', 'Solved.');
    await sendAndResolve(desk, incident);
    expect(api.resolve).toHaveBeenCalledWith(incident.id, 'Solved.');
    expect(written('reply')).toBe('');
    expect(desk.case.incident.value?.status).toBe('RESOLVED');
    stop();
  });
});

describe('moves', () => {
  it('show at once how it stands', async () => {
    const { desk, api, incident, stop } = await atIncident();
    await move(desk, incident, 'INVESTIGATION');
    expect(api.update).toHaveBeenCalledWith(incident.id, { status: 'INVESTIGATION' });
    expect(desk.case.incident.value?.allowedMoves).toEqual(['MITIGATED', 'RESOLVED', 'CLOSED']);
    expect(desk.said.value).toBe('The status is now Investigating');
    stop();
  });

  it('ask before they close, which is final', async () => {
    const { desk, api, incident, stop } = await atIncident();
    const closing = move(desk, incident, 'CLOSED');
    await vi.waitFor(() => expect(desk.question.value?.text).toContain('final'), 4_000);
    desk.question.value?.answer(false);
    await closing;
    expect(api.update).not.toHaveBeenCalled();
    stop();
  });

  it('ask for the last word before they resolve, which may be none', async () => {
    const { desk, api, incident, stop } = await atIncident();
    await move(desk, incident, 'RESOLVED');
    expect(desk.case.isResolving.value).toBe(true);
    await resolve(desk, incident, '  ');
    expect(api.resolve).toHaveBeenCalledWith(incident.id, undefined);
    expect(desk.case.isResolving.value).toBe(false);
    stop();
  });

  it('show the moves anew when somebody else was faster', async () => {
    const { desk, api, incident, stop } = await atIncident();
    api.update.mockResolvedValueOnce(refused('move_refused'));
    api.incident.mockResolvedValue(
      ok({ ...incident, status: 'RESOLVED', allowedMoves: ['INVESTIGATION', 'CLOSED'] }),
    );
    await move(desk, incident, 'ACKNOWLEDGED');
    expect(desk.case.refusal.value?.code).toBe('move_refused');
    await vi.waitFor(
      () => expect(desk.case.incident.value?.allowedMoves).toEqual(['INVESTIGATION', 'CLOSED']),
      4_000,
    );
    stop();
  });
});
