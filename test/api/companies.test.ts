/** Companies: the public list with its search, and what an admin key writes. */
import { beforeAll, describe, expect, it } from 'vitest';
import { startApp, type TestApp } from '../support/app.ts';
import {
  buildApiKey,
  buildCompany,
  expectData,
  ifChangedSince,
  NOBODYS_ID,
  ODD_NUMBERS,
  rowsOf,
  short,
} from '../support/factories.ts';

let app: TestApp;
beforeAll(async () => {
  app = await startApp();
});

/** A word that no other test's company has in its name. */
const newWord = () => `w${short()}`;

const search = async (text: string) => {
  const reply = await app.api.get(`/customer/companies?search=${encodeURIComponent(text)}`);
  return expectData(reply, 200).map((one: { name: string }) => one.name);
};

const asAdmin = (body?: object) => ({
  apiKey: app.adminKey,
  ...(body === undefined ? {} : { body }),
});

describe('the public list of companies', () => {
  it('shows id, name and slug of a company, and nothing else', async () => {
    const name = `${newWord()} Energie`;
    const { id, slug } = await buildCompany(app, { name, greeting: 'Hello' });
    const reply = await app.api.get(`/customer/companies?search=${encodeURIComponent(name)}`);
    expect(reply.body).toEqual({
      success: true,
      message: 'Companies.',
      data: [{ id, name, slug }],
      meta: { total: 1, page: 1, limit: 10, totalPages: 1 },
    });
  });

  it('finds beginnings of words, several of them in any order, in any case, with or without accents', async () => {
    const word = newWord();
    const name = `${word} Müller & Söhne Ørsted Đorđević`;
    await buildCompany(app, { name });
    for (const text of [
      word,
      word.slice(0, 7),
      word.toUpperCase(),
      `${word} mul`,
      `MULLER ${word}`,
      `soh müll ${word}`,
      `${word} SÖHNE`,
      `${word} mu\u0308ller`,
      `  ${word}\t müller `,
      `${word}' & | ! * : ( ) <-> \\ " müller`,
    ]) {
      expect(await search(text), text).toEqual([name]);
    }
  });

  it('finds a company by its slug', async () => {
    const slug = `${newWord()}-gmbh`;
    const { name } = await buildCompany(app, { slug });
    expect(await search(slug)).toEqual([name]);
  });

  it('does not find the middle of a word, nor a company that lacks one of the words', async () => {
    const word = newWord();
    await buildCompany(app, { name: `${word} Müller` });
    for (const text of [`${word} üller`, `${word} absent`, word.slice(1)]) {
      expect(await search(text), text).toEqual([]);
    }
  });

  it('takes a search without any letter for none', async () => {
    const reply = await app.api.get('/customer/companies?search=%27%26%7C!');
    const everything = await app.api.get('/customer/companies');
    expect(reply.body.meta).toEqual(everything.body.meta);
  });

  it('hides companies that are unlisted or disabled', async () => {
    const word = newWord();
    await buildCompany(app, { name: `${word} unlisted`, isListed: false });
    const disabled = await buildCompany(app, { name: `${word} disabled` });
    await rowsOf(app, 'update companies set disabled_at = now() where id = $1', [disabled.id]);
    const shown = await buildCompany(app, { name: `${word} shown` });
    expect(await search(word)).toEqual([shown.name]);
  });

  it('comes in pages, sorted by name', async () => {
    const word = newWord();
    for (const letter of ['c', 'a', 'E', 'b', 'D']) {
      await buildCompany(app, { name: `${word} ${letter}` });
    }
    const page = async (number: number) => {
      const reply = await app.api.get(`/customer/companies?search=${word}&limit=2&page=${number}`);
      expect(reply.body.meta).toEqual({ total: 5, page: number, limit: 2, totalPages: 3 });
      return reply.body.data.map((one: { name: string }) => one.name.at(-1)).join('');
    };
    expect([await page(1), await page(2), await page(3), await page(4)]).toEqual([
      'ab',
      'cD',
      'E',
      '',
    ]);
  });

  it('may be cached for a minute, and answers 304 to its ETag until something changes', async () => {
    const word = newWord();
    await buildCompany(app, { name: `${word} one` });
    const path = `/customer/companies?search=${word}`;
    const first = await app.api.get(path);
    const etag = first.headers.get('etag');
    expect(first.headers.get('cache-control')).toBe('public, max-age=60');
    const headers = ifChangedSince(etag);
    const second = await app.api.get(path, { headers });
    expect([second.status, second.text, second.headers.get('etag')]).toEqual([304, '', etag]);
    await buildCompany(app, { name: `${word} two` });
    const third = await app.api.get(path, { headers });
    expect([third.status, third.body.data.length]).toEqual([200, 2]);
  });

  it('refuses pages and limits that are not plain whole numbers in range', async () => {
    for (const field of ['page', 'limit']) {
      for (const odd of [...ODD_NUMBERS, ...(field === 'limit' ? ['101'] : ['10000001'])]) {
        const { status, body } = await app.api.get(`/customer/companies?${field}=${odd}`);
        expect([status, body.code, body.problems[0].field], `${field}=${odd}`).toEqual([
          400,
          'invalid',
          field,
        ]);
      }
    }
  });

  it('takes the highest page and limit', async () => {
    const { body } = await app.api.get('/customer/companies?page=10000000&limit=100');
    expect(body.data).toEqual([]);
  });

  it('refuses parameters that are given twice, naming every one', async () => {
    const query = 'page=1&page=2&limit=1&limit=1&search=a&search=b';
    const { status, body } = await app.api.get(`/customer/companies?${query}`);
    expect(status).toBe(400);
    expect(body.problems.map((one: { field: string }) => one.field)).toEqual([
      'search',
      'page',
      'limit',
    ]);
  });

  it('refuses a search with NUL in it or longer than 100 characters', async () => {
    for (const odd of ['a%00b', 'a'.repeat(101)]) {
      const { status, body } = await app.api.get(`/customer/companies?search=${odd}`);
      expect([status, body.problems[0].field]).toEqual([400, 'search']);
    }
    expect((await app.api.get(`/customer/companies?search=${'a'.repeat(100)}`)).status).toBe(200);
  });
});

describe('making a company', () => {
  it('stores every field', async () => {
    const body = {
      name: 'Nordlicht Energie',
      slug: `nordlicht-${short()}`,
      accent: '#0B7285',
      greeting: 'Wie können wir helfen?',
      categories: ['Störung', 'Rechnung'],
      allowedOrigins: ['https://www.Nordlicht.example', 'http://localhost:8080', 'http://[::1]:3'],
      isListed: false,
    };
    const stored = {
      ...body,
      accent: '#0b7285',
      allowedOrigins: ['https://www.nordlicht.example', 'http://localhost:8080', 'http://[::1]:3'],
    };
    const made = expectData(await app.api.post('/companies', asAdmin(body)), 201);
    expect(made).toMatchObject(stored);
    expect(await rowsOf(app, 'select * from companies where id = $1', [made.id])).toEqual([
      expect.objectContaining({
        slug: body.slug,
        name: 'Nordlicht Energie',
        accent: '#0b7285',
        greeting: 'Wie können wir helfen?',
        categories: ['Störung', 'Rechnung'],
        allowed_origins: stored.allowedOrigins,
        is_listed: false,
        disabled_at: null,
      }),
    ]);
  });

  it('needs a name and a slug only', async () => {
    const body = { name: 'Acme', slug: `acme-${short()}` };
    expect(expectData(await app.api.post('/companies', asAdmin(body)), 201)).toMatchObject({
      accent: null,
      greeting: null,
      categories: ['System', 'User Report', 'Fraud', 'Others'],
      allowedOrigins: [],
      isListed: true,
    });
  });

  it('ignores fields that are not for setting', async () => {
    const forbidden = { id: NOBODYS_ID, createdAt: '2020-01-01T00:00:00.000Z', disabledAt: null };
    const made = await buildCompany(app, forbidden);
    expect(made.id).not.toBe(NOBODYS_ID);
    expect(made.createdAt > '2026').toBe(true);
  });

  it('names every field that is wrong', async () => {
    const body = {
      name: ' ',
      slug: 'Not A Slug',
      accent: 'red',
      greeting: 'x'.repeat(201),
      categories: [],
      allowedOrigins: ['https://a.example/path'],
      isListed: 'yes',
    };
    const { status, body: answer } = await app.api.post('/companies', asAdmin(body));
    expect([status, answer.code]).toEqual([400, 'invalid']);
    expect(answer.problems.map((one: { field: string }) => one.field)).toEqual([
      'name',
      'slug',
      'accent',
      'greeting',
      'categories',
      'allowedOrigins.0',
      'isListed',
    ]);
  });

  it('says what is wrong in sentences that name the field', async () => {
    const body = {
      name: 7,
      slug: 7,
      accent: 7,
      greeting: 7,
      categories: 'System',
      allowedOrigins: 'https://a.example',
      isListed: 'yes',
    };
    const { body: answer } = await app.api.post('/companies', asAdmin(body));
    for (const { field, message } of answer.problems) expect(message).toContain(field);
  });

  it('refuses origins that would widen the policy of the panel', async () => {
    for (const origin of [
      '*',
      'https://*.example.com',
      'https://a.example; script-src *',
      "https://a.example 'unsafe-inline'",
      'https://a.example\n',
      'javascript:alert(1)',
      'data:',
      'null',
      'https://user@a.example',
      'https://a.example?x',
    ]) {
      const body = { name: 'Acme', slug: `acme-${short()}`, allowedOrigins: [origin] };
      expect((await app.api.post('/companies', asAdmin(body))).status, origin).toBe(400);
    }
  });

  it('refuses a slug that another company has', async () => {
    const { slug } = await buildCompany(app);
    const reply = await app.api.post('/companies', asAdmin({ name: 'Another', slug }));
    expect([reply.status, reply.body.code]).toEqual([409, 'slug_taken']);
    expect(await rowsOf(app, 'select name from companies where slug = $1', [slug])).toHaveLength(1);
  });

  it('lets one of several have a slug that all ask for at once', async () => {
    const slug = `race-${short()}`;
    const replies = await Promise.all(
      [1, 2, 3, 4, 5, 6].map((n) => app.api.post('/companies', asAdmin({ name: `${n}`, slug }))),
    );
    expect(replies.map((one) => one.status).sort()).toEqual([201, 409, 409, 409, 409, 409]);
  });
});

describe('reading companies', () => {
  it('gives one by its id, and 404 where there is none', async () => {
    const made = await buildCompany(app);
    expect(expectData(await app.api.get(`/companies/${made.id}`, asAdmin()), 200)).toEqual(made);
    const absent = await app.api.get(`/companies/${NOBODYS_ID}`, asAdmin());
    expect([absent.status, absent.body.code]).toEqual([404, 'not_found']);
  });

  it('lists unlisted ones too, in pages', async () => {
    const made = await buildCompany(app, { name: `! ${newWord()}`, isListed: false });
    const seen: string[] = [];
    for (let page = 1, pages = 1; page <= pages; page += 1) {
      const { body } = await app.api.get(`/companies?limit=100&page=${page}`, asAdmin());
      pages = body.meta.totalPages;
      seen.push(...body.data.map((one: { id: string }) => one.id));
      expect(body.meta.limit).toBe(100);
    }
    expect(seen.filter((id) => id === made.id)).toEqual([made.id]);
    const [row] = await rowsOf<{ total: number }>(
      app,
      'select count(*)::int as total from companies',
    );
    expect(seen).toHaveLength(row?.total ?? -1);
  });

  it('refuses ids, pages and limits of another form', async () => {
    for (const path of ['/companies/7', '/companies/acme', '/companies/%00']) {
      expect((await app.api.get(path, asAdmin())).status, path).toBe(400);
    }
    for (const odd of ODD_NUMBERS) {
      expect((await app.api.get(`/companies?page=${odd}`, asAdmin())).status, odd).toBe(400);
    }
  });
});

describe('changing a company', () => {
  it('changes what is sent and keeps the rest', async () => {
    const made = await buildCompany(app, { accent: '#0b7285', greeting: 'Hello' });
    const body = { accent: null, allowedOrigins: ['https://www.example.com'] };
    const changed = expectData(await app.api.put(`/companies/${made.id}`, asAdmin(body)), 200);
    expect(changed).toEqual({ ...made, ...body, updatedAt: changed.updatedAt });
    expect(changed.updatedAt > made.updatedAt).toBe(true);
    expect(expectData(await app.api.get(`/companies/${made.id}`, asAdmin()), 200)).toEqual(changed);
  });

  it('is found under its new name and no longer under the old one', async () => {
    const [before, after] = [newWord(), newWord()];
    const { id } = await buildCompany(app, { name: before });
    await app.api.put(`/companies/${id}`, asAdmin({ name: after }));
    expect([await search(before), await search(after)]).toEqual([[], [after]]);
  });

  it('may keep its own slug, and not take that of another', async () => {
    const [one, other] = [await buildCompany(app), await buildCompany(app)];
    const put = (slug: string) => app.api.put(`/companies/${one.id}`, asAdmin({ slug }));
    expect((await put(one.slug)).status).toBe(200);
    const taken = await put(other.slug);
    expect([taken.status, taken.body.code]).toEqual([409, 'slug_taken']);
    expect((await app.api.get(`/companies/${one.id}`, asAdmin())).body.data.slug).toBe(one.slug);
  });

  it('lets one of several have a slug that all move to at once', async () => {
    const companies = await Promise.all([1, 2, 3, 4, 5, 6].map(() => buildCompany(app)));
    const slug = `race-${short()}`;
    const replies = await Promise.all(
      companies.map(({ id }) => app.api.put(`/companies/${id}`, asAdmin({ slug }))),
    );
    expect(replies.map((one) => one.status).sort()).toEqual([200, 409, 409, 409, 409, 409]);
  });

  it('answers 404 for an unknown company and 400 for wrong values, and changes nothing', async () => {
    const body = { name: 'New' };
    expect((await app.api.put(`/companies/${NOBODYS_ID}`, asAdmin(body))).status).toBe(404);
    const made = await buildCompany(app);
    const reply = await app.api.put(`/companies/${made.id}`, asAdmin({ name: '', slug: 'A B' }));
    expect(reply.body.problems.map((one: { field: string }) => one.field)).toEqual([
      'name',
      'slug',
    ]);
    expect(expectData(await app.api.get(`/companies/${made.id}`, asAdmin()), 200)).toEqual(made);
  });
});

describe('who may work on companies', () => {
  const calls = [
    ['GET', '/companies'],
    ['POST', '/companies'],
    ['GET', `/companies/${NOBODYS_ID}`],
    ['PUT', `/companies/${NOBODYS_ID}`],
  ] as const;

  it("nobody without a key, and not a company's own team", async () => {
    const { id } = await buildCompany(app);
    const companyKey = await buildApiKey(app, id);
    for (const [method, path] of calls) {
      const nobody = await app.api.send(method, path);
      expect([nobody.status, nobody.body.code]).toEqual([401, 'unauthorized']);
      const company = await app.api.send(method, path.replace(NOBODYS_ID, id), {
        apiKey: companyKey,
      });
      expect([company.status, company.body.code]).toEqual([403, 'forbidden']);
    }
  });
});
