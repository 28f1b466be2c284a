/** Adds up the test reports of a run and prints the closing line; fails when a test failed or was skipped. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const [folder = '.', status = '1'] = process.argv.slice(2);
const reports = readdirSync(folder).map((name) =>
  JSON.parse(readFileSync(join(folder, name), 'utf8')),
);
const sum = (key) => reports.reduce((total, report) => total + report[key], 0);

const passed = sum('numPassedTests');
// A file that could not be loaded has no tests to fail: its suite counts.
const failed = Math.max(sum('numFailedTests'), sum('numFailedTestSuites') > 0 ? 1 : 0);
const skipped = sum('numPendingTests') + sum('numTodoTests');
const isWhole = reports.length === 2 && passed > 0;
if (skipped > 0) console.log(`${skipped} tests were skipped: nothing may be.`);
if (!isWhole) console.log('A part of the tests did not run.');
if (status !== '0') console.log('A step failed; see above.');
process.exitCode = status === '0' && failed === 0 && skipped === 0 && isWhole ? 0 : 1;
console.log(`${passed} passed, ${failed} failed`);
