/** Dockerfile and compose.yaml name files and settings of this repository: they go along when those move. */
import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { SETTINGS } from '../../server/config.ts';

const at = (path: string) => new URL(`../../${path}`, import.meta.url);
const linesOf = (path: string) => readFileSync(at(path), 'utf8').split('\n');
const groups = (lines: string[], pattern: RegExp) =>
  lines.flatMap((line) => pattern.exec(line)?.slice(1, 2) ?? []);

describe('the image', () => {
  const dockerfile = linesOf('Dockerfile');
  const copied = groups(dockerfile, /^COPY (?!--from)(.+) \S+$/).flatMap((all) => all.split(' '));
  const letThrough = groups(linesOf('.dockerignore'), /^!(.+)$/);

  it('is made of files that are there, and that .dockerignore lets through', () => {
    const named = copied.filter((one) => one !== '.');
    expect([...named, ...letThrough].filter((one) => !existsSync(at(one)))).toEqual([]);
    expect(named.filter((one) => !letThrough.includes(one))).toEqual([]);
  });

  it('gets nothing else: what is new in the repository stays out until it is named', () => {
    expect(linesOf('.dockerignore').filter((line) => line !== '' && !/^[#!]/.test(line))).toEqual([
      '*',
    ]);
  });

  it('is started as README says, and as the benchmark starts what it measures', () => {
    const [command = ''] = groups(dockerfile, /^CMD (\["node", "--.*\])$/);
    const [, ...args] = JSON.parse(command);
    expect(readFileSync(at('README.md'), 'utf8')).toContain(`\nnode ${args.join(' ')}\n`);
    const [flags = ''] = groups(linesOf('test/bench/sides.ts'), /^const FLAGS = \[(.*)\];$/);
    expect(flags).toBe(
      args
        .slice(0, -1)
        .map((flag: string) => `'${flag}'`)
        .join(', '),
    );
  });

  it('asks for its health where the server answers', () => {
    const [asked = ''] = groups(dockerfile, /(?:HEALTHCHECK.*)?CMD (\["node", "-e".*\])$/);
    expect(JSON.parse(asked)[2]).toContain('/healthz');
  });
});

describe('compose.yaml', () => {
  const compose = linesOf('compose.yaml');

  it('gives nodes settings that they know', () => {
    const own = compose.slice(0, compose.indexOf('services:'));
    const given = groups(own, /^ {4}([A-Z_]+): /);
    expect(given).toContain('DATABASE_URL');
    expect(given.filter((name) => !SETTINGS.includes(name))).toEqual([]);
  });

  it('holds no secret, and does not start without one', () => {
    const secret = /(?:KEYS?|PASSWORD)\b/;
    const named = compose.flatMap((line) => [...line.matchAll(/\$\{(\w+)(:[?-])?/g)]);
    const secrets = named.filter(([, name = '']) => secret.test(name));
    expect(secrets.length).toBeGreaterThan(3);
    expect(secrets.filter(([, , otherwise]) => otherwise !== ':?')).toEqual([]);
    const written = groups(compose, /^ +([A-Z_]+): (?!.*\$\{)/);
    expect(written.filter((name) => secret.test(name))).toEqual([]);
  });

  it('mounts files that are there', () => {
    const mounted = groups(compose, /^ +- \.\/([^:]+):/);
    expect(mounted.length).toBeGreaterThan(0);
    expect(mounted.filter((one) => !existsSync(at(one)))).toEqual([]);
  });
});
