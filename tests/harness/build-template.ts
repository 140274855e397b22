import { mkdirSync } from 'node:fs';
import { buildTemplatesWith } from './templates.ts';
import { TestNode } from './test-node.ts';

/** Templates are built by a node of its own whose pool is the cache, beside whatever else runs on the machine's network. */
buildTemplatesWith(async (name, cache) => {
  mkdirSync(`${cache}/state`, { recursive: true, mode: 0o700 });
  const node = new TestNode({
    name: 'builder',
    templates: [],
    onMachineNetwork: true,
    config: {
      pool: `${cache}/pool`,
      stateDir: `${cache}/state`,
      interfacePrefix: 'tb',
      network: { nat: false, pool: '10.99.0.0/22' },
    },
  });
  try {
    await node.make();
    await node.api.perform('POST', `/v1/templates/${name}/build?rebuild=true&ifBusy=wait`);
    await node.stop();
  } finally {
    await node.dispose();
  }
});
