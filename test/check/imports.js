/** Holds the directions of imports (DESIGN §3): prints every import that goes the wrong way, and fails on any. */
import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));

/** What the widget may take from shared/ at run time: plain values. Schemas would bring their library along. */
const PLAIN = /^shared\/(?:limits|incident|errors|bridge|events|audit|scopes)\.ts$/;
const MODULE = /^(?:import|export)\s+(type\s)?[^;]*?from\s+'(\.[^']+)'/gms;

/** @type {{ from: RegExp, allowed: RegExp }[]} the first rule that fits a file decides */
const RULES = [
  { from: /^shared\//, allowed: /^shared\// },
  { from: /^widget\/loader\//, allowed: /^(?:widget\/loader|shared)\// },
  { from: /^widget\/common\//, allowed: /^(?:widget\/common|shared)\// },
  // Two applications over what they share, and never each other's.
  { from: /^widget\/panel\//, allowed: /^(?:widget\/(?:panel|common)|shared)\// },
  { from: /^widget\/desk\//, allowed: /^(?:widget\/(?:desk|common)|shared)\// },
  { from: /^widget\//, allowed: /^(?:widget\/demo|shared)\// },
  { from: /^server\/db\//, allowed: /^(?:server\/(?:db\/|\w[\w-]*\.ts)|shared\/)/ },
  // What handlers work with is put together from everywhere.
  {
    from: /^server\/http\/deps\.ts$/,
    allowed: /^(?:server\/(?:http|db|live)\/|server\/\w[\w-]*\.ts)/,
  },
  { from: /^server\/http\//, allowed: /^(?:server\/(?:http\/|db\/|\w[\w-]*\.ts)|shared\/)/ },
  // Beside each other, and never each other's.
  ...['customer', 'team', 'live', 'delivery', 'panel', 'desk'].map((folder) => ({
    from: new RegExp(`^server/${folder}/`),
    allowed: new RegExp(`^(?:server/(?:${folder}|http|db)/|server/\\w[\\w-]*\\.ts|shared/)`),
  })),
  {
    from: /^server\/docs\//,
    allowed: /^(?:server\/(?:docs|http)\/|server\/\w[\w-]*\.ts|shared\/)/,
  },
  { from: /^server\//, allowed: /^(?:server|shared)\// },
];

/** @param {string} folder */
const sources = (folder) =>
  readdirSync(join(ROOT, folder), { recursive: true, encoding: 'utf8' })
    .filter((name) => /\.tsx?$/.test(name))
    .map((name) => join(folder, name));

const wrong = [];
for (const file of ['shared', 'widget', 'server'].flatMap(sources)) {
  const rule = RULES.find(({ from }) => from.test(file));
  for (const [, isType, specifier] of readFileSync(join(ROOT, file), 'utf8').matchAll(MODULE)) {
    const target = relative(ROOT, resolve(ROOT, dirname(file), specifier ?? ''));
    const isHeavy =
      file.startsWith('widget/') && target.startsWith('shared/') && !isType && !PLAIN.test(target);
    if (!rule?.allowed.test(target) || isHeavy) wrong.push(`${file} imports ${target}`);
  }
}
for (const line of wrong) console.error(line);
console.log(
  wrong.length === 0
    ? 'imports: all go the right way'
    : `imports: ${wrong.length} go the wrong way`,
);
process.exitCode = wrong.length === 0 ? 0 : 1;
