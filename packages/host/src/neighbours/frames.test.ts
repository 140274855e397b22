import { expect, test } from 'vitest';
import { advertisementFrame, arpFrame, claimOf, solicitationFrame } from './frames.ts';
import { addressBytes, isOnLink } from './linux-neighbours.ts';

const mac = '02:00:00:00:00:07';
const four = addressBytes('192.0.2.9');
const six = addressBytes('2001:db8::9');

test('an ARP probe asks under no address, an announcement claims one', () => {
  const probe = arpFrame(mac, four, false);
  expect(probe.toString('hex')).toBe(
    'ffffffffffff020000000007080600010800060400010200000000070000000000000000000000c0000209'.replace(
      '00c0',
      'c0',
    ),
  );
  expect(claimOf(probe)).toEqual({ address: four, mac });
  expect(claimOf(arpFrame(mac, four, true))).toEqual({ address: four, mac });
});

test('a solicitation goes to the group of the address, an advertisement to all', () => {
  const solicitation = solicitationFrame(mac, six);
  expect(solicitation.subarray(0, 6).toString('hex')).toBe('3333ff000009');
  expect(claimOf(solicitation)).toEqual({ address: six, mac });
  const advertisement = advertisementFrame(mac, six);
  expect(advertisement.subarray(0, 6).toString('hex')).toBe('333300000001');
  expect(claimOf(advertisement)).toEqual({ address: six, mac });
});

test('the checksum of a message makes the sum of it all complete', () => {
  for (const frame of [solicitationFrame(mac, six), advertisementFrame(mac, six)]) {
    const length = frame.length - 54;
    const pseudo = Buffer.from([0, 0, length >> 8, length & 255, 0, 0, 0, 58]);
    const all = Buffer.concat([frame.subarray(22, 54), pseudo, frame.subarray(54)]);
    let sum = 0;
    for (let at = 0; at < all.length; at += 2) sum += all.readUInt16BE(at);
    while (sum > 0xffff) sum = (sum & 0xffff) + (sum >>> 16);
    expect(sum).toBe(0xffff);
  }
});

test('other frames, and those that are cut off, say nothing', () => {
  const frame = advertisementFrame(mac, six);
  for (let length = 0; length < 78; length += 1) expect(claimOf(frame.subarray(0, length))).toBeNull();
  expect(claimOf(Buffer.alloc(60))).toBeNull();
});

test('an address is on a link when it lies in the prefix there', () => {
  const network = { device: 'eth0', mac, address: '192.0.2.1', prefixLength: 24 };
  expect(isOnLink(network, '192.0.2.200')).toBe(true);
  expect(isOnLink(network, '192.0.3.1')).toBe(false);
  expect(isOnLink(network, '2001:db8::9')).toBe(false);
  expect(isOnLink({ ...network, address: '2001:db8::1', prefixLength: 64 }, '2001:db8::9')).toBe(true);
});
