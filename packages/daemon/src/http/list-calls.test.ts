import { listFields, operationRows, type Problem, type VeSummary } from '@insula/contract';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { FakeDaemon } from '../fake-daemon.ts';

let daemon: FakeDaemon;
beforeAll(async () => {
  daemon = await FakeDaemon.start();
  for (const name of ['web1', 'web2', 'db'])
    await daemon.perform('POST', '/v1/ves', { name, template: 'debian-12', start: name === 'db' });
});
afterAll(async () => await daemon.remove());

const get = async (path: string) => await daemon.call('GET', path);
const names = (body: unknown) => (body as readonly VeSummary[]).map(({ name }) => name);

test('a list is filtered, sorted and cut to fields by the node', async () => {
  expect(names((await get('/v1/ves?filter=state=running')).body)).toEqual(['db']);
  expect(names((await get('/v1/ves?filter=name~web&filter=name!=web1')).body)).toEqual(['web2']);
  expect(names((await get('/v1/ves?sort=-name')).body)).toEqual(['web2', 'web1', 'db']);
  expect((await get('/v1/ves?fields=ctid,name&filter=name=db')).body).toEqual([{ ctid: 103, name: 'db' }]);
});

test('pages of a list follow each other by their links, and the last has none', async () => {
  const found: string[] = [];
  let path: string | undefined = '/v1/ves?limit=2&sort=name&fields=name';
  while (path !== undefined) {
    const { headers, body } = await get(path);
    found.push(...names(body));
    path = /^<([^>]+)>; rel="next"$/.exec(String(headers.link))?.[1];
  }
  expect(found).toEqual(['db', 'web1', 'web2']);
});

test('a field, a filter and a cursor that are none are refused, and so is what a list has not', async () => {
  for (const query of ['sort=nothing', 'filter=name', 'fields=secret', 'cursor=AAAA', 'limit=0', 'limit=x'])
    expect((await get(`/v1/ves?${query}`)).body as Problem, query).toMatchObject({ code: 'invalid_input' });
  expect((await get('/v1/operations?cursor=AAAA')).body).toMatchObject({ code: 'unknown_field' });
  expect((await get('/v1/node?sort=name')).body).toMatchObject({ code: 'unknown_field' });
});

test('every list that there is can be asked for its fields in an order', async () => {
  for (const row of operationRows) {
    const [field] = listFields(row) ?? [];
    if (field === undefined || row.path.includes('{')) continue;
    const { status, body } = await get(`${row.path}?sort=-${field}&fields=${field}`);
    if (status !== 200) expect((body as Problem).code, row.id).not.toMatch(/input|field/);
    else for (const item of body as object[]) expect(Object.keys(item), row.id).toEqual([field]);
  }
});
