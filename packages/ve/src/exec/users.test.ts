import fc from 'fast-check';
import { expect, test } from 'vitest';
import { resolveUser } from './users.ts';

const passwd = `root:x:0:0:root:/root:/bin/bash
daemon:x:1:1::/usr/sbin:/usr/sbin/nologin
www-data:x:33:33:www-data:/var/www:/bin/sh
ada:x:1000:1000:Ada:/home/ada:/bin/zsh
`;
const group = `root:x:0:
www-data:x:33:ada
sudo:x:27:ada,bob
ada:x:1000:
`;
const resolve = (reference: string, database = { passwd, group }) => resolveUser(reference, database, 'web1');

test('a name gets the ids, groups, home and shell of its entry', () => {
  expect(resolve('ada')).toEqual({
    name: 'ada',
    uid: 1000,
    gid: 1000,
    additionalGids: [33, 27],
    home: '/home/ada',
    shell: '/bin/zsh',
  });
});

test('an id that has an entry is that user', () => {
  expect(resolve('33')).toMatchObject({ name: 'www-data', uid: 33, gid: 33, home: '/var/www' });
  expect(resolve('0')).toMatchObject({ name: 'root', uid: 0, gid: 0 });
});

test('an id without an entry is taken as it is', () => {
  expect(resolve('4242')).toEqual({
    name: '4242',
    uid: 4242,
    gid: 4242,
    additionalGids: [],
    home: '/',
    shell: '/bin/sh',
  });
  expect(resolve('0', { passwd: '', group: '' })).toMatchObject({ uid: 0, gid: 0 });
});

test('an explicit group stands alone', () => {
  expect(resolve('ada:sudo')).toMatchObject({ uid: 1000, gid: 27, additionalGids: [] });
  expect(resolve('ada:7')).toMatchObject({ gid: 7 });
});

test.each([
  ['eve', 'eve'],
  ['ada:eve', 'eve'],
  ['70000', '70000'],
  ['65535', '65535'],
  ['ada:99999', '99999'],
  ['', ''],
  ['-1', '-1'],
])('%j is nobody', (reference, named) => {
  expect(() => resolve(reference)).toThrow(`no user or group ${named} in VE web1`);
});

test('a user who is called by a number is not taken for the one with that id', () => {
  const hostile = { passwd: `0:x:1000:1000::/home/0:/bin/sh\n${passwd}`, group: `0:x:5:\n${group}` };
  expect(resolve('0', hostile)).toMatchObject({ name: 'root', uid: 0, gid: 0 });
  expect(resolve('ada:0', hostile)).toMatchObject({ gid: 0 });
});

test('an id that the VE does not have is refused, however it is written', () => {
  for (const uid of ['65536', '4294967295', '-1', '1e3', '0x10', ' 5', '5 ', ''])
    expect(() => resolve('x', { passwd: `x:x:${uid}:1::/:/bin/sh`, group: '' })).toThrow(
      'no user or group x',
    );
});

test('paths that are no absolute paths are not believed', () => {
  const odd = { passwd: 'x:x:5:5::../../etc:bash\0\n', group: '' };
  expect(resolve('x', odd)).toMatchObject({ home: '/', shell: '/bin/sh' });
});

test('a user in a thousand groups gets no more than the kernel is asked for', () => {
  const many = Array.from({ length: 1000 }, (_, gid) => `g${gid}:x:${gid}:ada`).join('\n');
  expect(resolve('ada', { passwd, group: many }).additionalGids).toHaveLength(64);
});

test('whatever the files hold, the ids are ones that the VE has, or there is no such user', () => {
  const line = fc.array(fc.oneof(fc.string({ maxLength: 8 }), fc.nat(70_000).map(String)), { maxLength: 8 });
  const file = fc
    .array(
      line.map((fields) => fields.join(':')),
      { maxLength: 5 },
    )
    .map((lines) => lines.join('\n'));
  const reference = fc.constantFrom('root', '0', 'ada', 'ada:ada', '5:x', '70000');
  fc.assert(
    fc.property(file, file, reference, (some, other, wanted) => {
      let user: ReturnType<typeof resolve>;
      try {
        user = resolve(wanted, { passwd: some, group: other });
      } catch (error) {
        expect(error).toMatchObject({ code: 'user_not_found' });
        return;
      }
      for (const id of [user.uid, user.gid, ...user.additionalGids]) {
        expect(Number.isInteger(id) && id >= 0 && id < 65_535).toBe(true);
      }
      expect(user.home.startsWith('/') && user.shell.startsWith('/')).toBe(true);
    }),
  );
});
