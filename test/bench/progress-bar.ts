/** A bar that fills on a terminal; elsewhere, as in a log, a line at each quarter. */

export interface ProgressBar {
  step(count?: number): void;
  end(): void;
}

const WIDTH = 30;

export function progressBar(title: string, total: number): ProgressBar {
  const { stdout } = process;
  const start = performance.now();
  let done = 0;
  const part = () => Math.min(1, done / total);
  const seconds = () => `${Math.round((performance.now() - start) / 1000)} s`;
  const draw = () => {
    const filled = Math.round(part() * WIDTH);
    const bar = `${'#'.repeat(filled)}${'.'.repeat(WIDTH - filled)}`;
    stdout.write(`\r   ${title} [${bar}] ${Math.round(part() * 100)} % ${seconds()} `);
  };
  if (stdout.isTTY) draw();
  return {
    step(count = 1) {
      const quarter = Math.floor(part() * 4);
      done += count;
      if (stdout.isTTY) draw();
      else if (Math.floor(part() * 4) > quarter) {
        console.log(`   ${title}: ${Math.floor(part() * 4) * 25} %, ${seconds()}`);
      }
    },
    end() {
      if (stdout.isTTY) stdout.write('\n');
    },
  };
}
