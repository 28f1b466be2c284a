/** The embedded database and the connections to it, which come one after the other. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { connect } from '../../server/db/connection.ts';
import { startEmbedded } from '../../server/db/embedded.ts';
import { copyTemplate, WORKER } from '../support/embedded-template.ts';

it('takes a connection that comes before the end of the last one was noticed', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'porthole-embedded-'));
  await copyTemplate(folder);
  const { socketDirectory, stop } = await startEmbedded(folder, WORKER);
  let before = connect({ kind: 'socket', directory: socketDirectory });
  for (let round = 1; round <= 20; round += 1) {
    const ask = 'select $1::int as round';
    expect((await before.pool.query(ask, [round])).rows).toEqual([{ round }]);
    const next = connect({ kind: 'socket', directory: socketDirectory });
    const [{ rows }] = await Promise.all([next.pool.query(ask, [round]), before.close()]);
    expect(rows).toEqual([{ round }]);
    before = next;
  }
  await before.close();
  await stop();
  rmSync(folder, { recursive: true, force: true });
});
