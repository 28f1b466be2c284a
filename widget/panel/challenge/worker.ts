/** The worker in which a challenge is solved: it gets one, answers once, and is ended by who started it. */
import { type Parameters, solve } from './solver.ts';

addEventListener('message', async ({ data }: MessageEvent<Parameters>) => {
  postMessage(await solve(data).catch(() => null));
});
