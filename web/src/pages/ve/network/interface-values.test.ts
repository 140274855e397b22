import type { InterfaceView } from '@insula/contract';
import { describe, expect, test } from 'vitest';
import { additionOf, changeOf, valuesOf } from './interface-values.ts';

const lan: InterfaceView = {
  name: 'lan0',
  index: 1,
  kind: 'bridge',
  device: 'br0',
  mac: '02:1f:c0:9a:7e:21',
  addresses: ['192.0.2.10/24', '2001:db8::10/64'],
  gateway: '192.0.2.1',
  gateway6: null,
  dhcp: false,
  filter: true,
  mtu: null,
  port: 'ins1n1',
  state: 'up',
};

describe('the form of an interface', () => {
  test('a new one is sent without what was left empty', () => {
    const typed = { ...valuesOf(null), name: 'lan0', device: ' br0', addresses: '192.0.2.10/24, ' };
    expect(additionOf(typed)).toEqual({
      name: 'lan0',
      kind: 'bridge',
      device: 'br0',
      addresses: ['192.0.2.10/24'],
      gateway: null,
      gateway6: null,
      dhcp: false,
      filter: true,
      mtu: null,
    });
    expect(additionOf({ ...typed, mac: '02:1F:C0:9A:7E:21', mtu: 1400 })).toMatchObject({
      mac: lan.mac,
      mtu: 1400,
    });
  });

  test('of a change only what is not as it was is sent', () => {
    expect(changeOf(lan, valuesOf(lan))).toBeNull();
    const typed = { ...valuesOf(lan), addresses: '192.0.2.11/24', gateway: '', mtu: '1400' };
    expect(changeOf(lan, typed)).toEqual({ addresses: ['192.0.2.11/24'], gateway: null, mtu: 1400 });
  });
});
