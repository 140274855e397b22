import { FakeFiles, FakeMounts } from '@insula/host';
import { expect, test } from 'vitest';
import { SampleStore } from './sample-store.ts';

const store = () => {
  const files = new FakeFiles({ mounts: new FakeMounts() });
  return { files, samples: new SampleStore({ files, dir: '/state/samples' }) };
};

test('samples of one’s own stand beside those shipped, until they are removed', async () => {
  const { samples } = store();
  const shipped = (await samples.list()).length;
  await samples.save('shop', { description: 'the shop', parameters: { numproc: 100 } });
  expect(await samples.find('shop')).toMatchObject({ shipped: false, parameters: { numproc: 100 } });
  await samples.save('shop', { parameters: { numproc: 200 } });
  expect(await samples.list()).toHaveLength(shipped + 1);
  await samples.remove('shop');
  await expect(samples.find('shop')).rejects.toMatchObject({ code: 'sample_not_found' });
});

test('what is shipped stays, and the nearest name is told', async () => {
  const { samples } = store();
  await expect(samples.save('web', { parameters: {} })).rejects.toMatchObject({ code: 'sample_shipped' });
  await expect(samples.remove('web')).rejects.toMatchObject({ code: 'sample_shipped' });
  await expect(samples.find('databse')).rejects.toThrow('did you mean database?');
});

test('parameters that contradict each other are not saved, and a file that is no sample is passed over', async () => {
  const { files, samples } = store();
  const parameters = { physpages: 2 ** 26, vmguarpages: 2 ** 27 };
  await expect(samples.save('odd', { parameters })).rejects.toMatchObject({ code: 'invalid_parameter' });
  await files.makeDir('/state/samples');
  await files.writeAtomic('/state/samples/broken.json', '{ "parameters": { "rum": 1 } }');
  await files.writeAtomic('/state/samples/torn.json', '{');
  expect((await samples.list()).every(({ shipped }) => shipped)).toBe(true);
});
