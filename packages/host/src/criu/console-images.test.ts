import { expect, test } from 'vitest';
import { withConsole } from './console-images.ts';
import { entriesOf, numberAt, withEntries } from './image-format.ts';

const owner = { session: 300, group: 301 };
const header = Buffer.from([0x19, 0x43, 0x56, 0x54, 1, 2, 3, 4]);
const image = (...entries: readonly (readonly number[])[]) =>
  withEntries(
    header,
    entries.map((entry) => Buffer.from(entry)),
  );

/** A terminal: id, type, three flags, session and group, device, a window's size, index, a 64-bit and a 32-bit field of tomorrow. */
const terminal = (id: number, session: number, index: number) => [
  ...[0x08, id, 0x10, 3, 0x18, 0, 0x20, 0, 0x28, 0],
  ...[0x30, session, 0x38, session],
  ...[0x40, 0x80, 0x91, 0x02],
  ...[0x5a, 4, 0x08, 24, 0x10, 80],
  ...[0x62, 2, 0x08, index],
  ...[0xa1, 0x06, 1, 2, 3, 4, 5, 6, 7, 8],
  ...[0xad, 0x06, 1, 2, 3, 4],
];
/** An open terminal: type, id, then the file with id, terminal and flags. */
const opened = (id: number, terminalId: number, flags: number) => [
  ...[0x08, 11, 0x10, id],
  ...[0x9a, 0x01, 6, 0x08, id, 0x10, terminalId, 0x18, flags],
];
const regular = [0x08, 1, 0x10, 9, 0x1a, 2, 0x08, 9];
const descriptor = (id: number, type: number, number: number) => [
  0x08,
  id,
  0x10,
  0,
  0x18,
  type,
  0x20,
  number,
];

test('a console without a session gets the one that it has', () => {
  const images = { terminals: image(terminal(2, 0, 0)), files: image(regular), descriptors: new Map() };
  const { terminals } = withConsole(images, owner);
  const [entry = Buffer.alloc(0)] = entriesOf(terminals);
  expect([numberAt(entry, 6), numberAt(entry, 7)]).toEqual([300, 301]);
  expect(entry.length).toBe(terminal(2, 0, 0).length + 2);
  expect(withConsole({ ...images, terminals }, { session: 1, group: 1 }).terminals).toEqual(terminals);
});

test('a console whose session is known, and every other terminal, stay as they are', () => {
  for (const terminals of [image(terminal(2, 7, 0)), image(terminal(2, 0, 5), terminal(4, 7, 6))]) {
    const images = {
      terminals,
      files: image(regular, opened(3, 4, 2), opened(5, 4, 2)),
      descriptors: new Map([['fdinfo-2.img', image(descriptor(3, 11, 0), descriptor(5, 11, 1))]]),
    };
    expect(withConsole(images, owner)).toEqual(images);
  }
});

test('those who have opened the console on their own get it as one open file, for reading and writing', () => {
  const images = {
    terminals: image(terminal(2, 0, 0)),
    files: image(opened(3, 2, 1), regular, opened(5, 2, 2), opened(7, 4, 2)),
    descriptors: new Map([
      ['fdinfo-2.img', image(descriptor(3, 11, 1), descriptor(3, 1, 5))],
      ['fdinfo-3.img', image(descriptor(5, 11, 0), descriptor(7, 11, 3))],
    ]),
  };
  const { files, descriptors } = withConsole(images, owner);
  expect(entriesOf(files)).toEqual(
    [regular, opened(5, 2, 2), opened(7, 4, 2)].map((bytes) => Buffer.from(bytes)),
  );
  expect([...descriptors.values()]).toEqual([
    image(descriptor(5, 11, 1), descriptor(3, 1, 5)),
    image(descriptor(5, 11, 0), descriptor(7, 11, 3)),
  ]);
  const narrow = withConsole({ ...images, files: image(opened(3, 2, 1), opened(5, 2, 0)) }, owner);
  expect(entriesOf(narrow.files)).toEqual([Buffer.from(opened(3, 2, 2))]);
});

test('an image that is cut off is not taken for a shorter one', () => {
  const whole = image(terminal(2, 0, 0));
  for (let length = 9; length < whole.length; length += 1) {
    const images = { terminals: whole.subarray(0, length), files: image(), descriptors: new Map() };
    expect(() => withConsole(images, owner)).toThrow(RangeError);
  }
});
