/**
 * Adds up the test reports of a run and prints what failed and the closing line; fails when a test failed or was
 * skipped.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';

const [folder = '.', status = '1'] = process.argv.slice(2);
const reports = readdirSync(folder).map((name) => ({
  database: name.replace('.json', ''),
  ...JSON.parse(readFileSync(join(folder, name), 'utf8')),
}));
const sum = (key) => reports.reduce((total, report) => total + report[key], 0);

const passed = sum('numPassedTests');
// A file that could not be loaded has no tests to fail: its suite counts.
const failed = Math.max(sum('numFailedTests'), sum('numFailedTestSuites') > 0 ? 1 : 0);
const skipped = sum('numPendingTests') + sum('numTodoTests');
const isWhole = reports.length === 2 && passed > 0;

// Here and not only where it happened: of a long log often only the end is kept.
for (const { database, testResults } of reports) {
  for (const file of testResults.filter((one) => one.status === 'failed')) {
    const where = `${database}: ${relative(process.cwd(), file.name)}`;
    if (file.message) console.log(`${where}\n    ${short(file.message)}`);
    for (const test of file.assertionResults.filter((one) => one.status === 'failed')) {
      console.log(`${where}: ${test.fullName}`);
      for (const message of test.failureMessages) console.log(`    ${short(message)}`);
    }
  }
}
if (skipped > 0) console.log(`${skipped} tests were skipped: nothing may be.`);
if (!isWhole) console.log('A part of the tests did not run.');
if (status !== '0') console.log('A step failed; see above.');
process.exitCode = status === '0' && failed === 0 && skipped === 0 && isWhole ? 0 : 1;
console.log(`${passed} passed, ${failed} failed`);

/** The first lines of a message, with where it happened. */
function short(message) {
  return message.split('\n').slice(0, 8).join('\n    ').slice(0, 800);
}
