/**
 * An hour of live updates, told in a minute: what an open list and an open conversation, each on a host page of its own, hold
 * in memory before, in the middle and after.
 */
import type { BrowserContext, CDPSession, Page } from 'playwright-core';
import { launcher, signUp, visit } from '../../support/customer-at-browser.ts';
import { expectData, PASSWORD, REPORT } from '../../support/factories.ts';
import type { Stage } from '../../support/open-stage.ts';
import { ADMIN_KEY } from '../../support/server-process.ts';
import type { Row } from '../part.ts';

const EMAIL = 'ann@example.com';
/** As many as a page of the list shows. */
const INCIDENTS = 20;
const AT_ONCE = 6;
const team = { apiKey: ADMIN_KEY };

/** What is held once all that can be let go has been. */
interface Held {
  /** Bytes on the script's heap. */
  heap: number;
  /** Nodes of the document, those kept alive outside of it included. */
  nodes: number;
}

/** Before, after half of the updates, after all of them. */
type Course = [Held, Held, Held];

interface Hour {
  list: Course;
  conversation: Course;
  /** The host page around the list. */
  page: Course;
  /** How often the list was read again: updates that come together are read together. */
  reads: number;
  /** Before and after more answers were written to the conversation. */
  answered: [Held, Held];
}

interface Amount {
  updates: number;
  answers: number;
}

/** What is held in memory, and whether it goes on growing. */
export async function hour(stage: Stage, amount: Amount): Promise<Row[]> {
  const { list, conversation, page, reads, answered } = await spendAnHour(stage, amount);
  const { updates, answers } = amount;
  const [before, after] = answered;
  const each = (after.heap - before.heap) / answers;
  return [
    courseRow('list open', updates, list, `read again ${reads} times`),
    courseRow('conversation open', updates, conversation),
    courseRow('host page', updates, page),
    {
      what: `memory: conversation open, ${answers} answers more`,
      reached: `${kib(each)} each`,
      note: `they stay on screen, ${((after.nodes - before.nodes) / answers).toFixed(1)} nodes each`,
    },
  ];
}

const kib = (bytes: number) => `${(bytes / 1024).toFixed(1)} KiB`;

/** What grows with the number of updates grows in the second half as in the first. */
function courseRow(what: string, updates: number, course: Course, more?: string): Row {
  const [start, middle, end] = course;
  const late = end.heap - middle.heap;
  const notes = [
    `first half ${kib(middle.heap - start.heap)}, second half ${kib(late)}`,
    `${Math.round((2 * late) / updates)} bytes an update`,
    `${start.nodes} nodes, then ${end.nodes}`,
  ];
  return {
    what: `memory: ${what}, ${updates} updates`,
    reached: `${kib(start.heap)}, then ${kib(end.heap)}`,
    note: [...notes, ...(more === undefined ? [] : [more])].join('; '),
  };
}

/** Tells so many `updates` of what is on screen, half of them of the open conversation, and then so many `answers`. */
async function spendAnHour(
  { browser, api, site }: Stage,
  { updates, answers }: Amount,
): Promise<Hour> {
  const address = `${site.url}/porthole`;
  const first = await browser.newContext();
  const list = await openPanel(first, address);
  await signUp(visit(list), { name: 'Ann', email: EMAIL });
  const ids = await report(api);
  // In a profile of its own, since panels of one profile share a process and its heap.
  const second = await browser.newContext({ storageState: await first.storageState() });
  const conversation = await openPanel(second, address);
  await rows(conversation)
    .nth(INCIDENTS - 1)
    .click();
  await rows(list)
    .nth(INCIDENTS - 1)
    .waitFor();

  let reads = 0;
  list.on('requestfinished', (request) => {
    if (request.url().includes('/get-incidents')) reads += 1;
  });
  const scales = {
    list: await scaleOf(list, 'panel'),
    conversation: await scaleOf(conversation, 'panel'),
    page: await scaleOf(list, 'page'),
  };
  const weigh = async () => ({
    list: await scales.list(),
    conversation: await scales.conversation(),
    page: await scales.page(),
  });

  /** Every second one changes the open incident, which is the oldest. */
  const update = async (turn: number) => {
    const id = turn % 2 === 0 ? ids[0] : ids[1 + (turn % (INCIDENTS - 1))];
    const body = { shortDescription: `Edition ${turn}` };
    expectData(await api.put(`/incident-ticket/${id}`, { ...team, body }), 200);
  };
  const updateAll = async (from: number, to: number) => {
    await inTurns(from, to, update);
    const last = to - (to % 2 === 0 ? 2 : 1);
    for (const page of [list, conversation]) {
      await visit(page).panel.getByText(`Edition ${last}`).first().waitFor();
    }
  };
  const warm = INCIDENTS * 2;
  const middle = warm + updates / 2;
  await updateAll(0, warm);
  reads = 0;
  const start = await weigh();
  await updateAll(warm, middle);
  const half = await weigh();
  await updateAll(middle, warm + updates);
  const end = await weigh();
  const readsInAll = reads;

  const answer = async (turn: number) => {
    const body = { content: `Answer ${turn}.`, isInternal: false };
    expectData(await api.post(`/incident-ticket/${ids[0]}/comments`, { ...team, body }), 201);
  };
  const before = await scales.conversation();
  await inTurns(0, answers - 1, answer);
  await answer(answers);
  await visit(conversation).panel.getByText(`Answer ${answers}.`, { exact: true }).waitFor();
  const after = await scales.conversation();
  for (const context of [second, first]) await context.close();
  const course = (what: keyof typeof scales): Course => [start[what], half[what], end[what]];
  return {
    list: course('list'),
    conversation: course('conversation'),
    page: course('page'),
    reads: readsInAll,
    answered: [before, after],
  };
}

async function openPanel(context: BrowserContext, address: string): Promise<Page> {
  const page = await context.newPage();
  await page.goto(address);
  await launcher(page).click();
  return page;
}

const rows = (page: Page) =>
  visit(page).panel.getByRole('main').getByRole('listitem').getByRole('button');

/** The customer's reports, the oldest first. */
async function report(api: Stage['api']): Promise<string[]> {
  const login = { email: EMAIL, password: PASSWORD };
  const { token } = expectData(await api.post('/customer/login', { body: login }), 200);
  const ids: string[] = [];
  for (let count = 0; count < INCIDENTS; count += 1) {
    const { id } = expectData(
      await api.post('/customer/create-incident', { token, body: REPORT }),
      201,
    );
    ids.push(id);
  }
  return ids;
}

/** Several at once, each as soon as one before it is done. */
async function inTurns(from: number, to: number, act: (turn: number) => Promise<void>) {
  let next = from;
  const work = async () => {
    while (next < to) await act(next++);
  };
  await Promise.all(Array.from({ length: AT_ONCE }, work));
}

/** Weighs the page's own process, or that of the panel's frame. */
async function scaleOf(page: Page, which: 'page' | 'panel'): Promise<() => Promise<Held>> {
  const frame = page.frames().find((one) => one !== page.mainFrame());
  const target = which === 'panel' && frame !== undefined ? frame : page;
  const devtools: CDPSession = await page.context().newCDPSession(target);
  await devtools.send('HeapProfiler.enable');
  return async () => {
    // Twice: what the first run ends may have held more.
    for (let run = 0; run < 2; run += 1) await devtools.send('HeapProfiler.collectGarbage');
    const { usedSize } = await devtools.send('Runtime.getHeapUsage');
    const { nodes } = await devtools.send('Memory.getDOMCounters');
    return { heap: usedSize, nodes };
  };
}
