import type { TemplateName, TestNode } from '../harness/index.ts';

/** A running VE, the same for the tests of a file: made anew when the one before failed. */
export async function haveWeb(node: TestNode, template: TemplateName): Promise<string> {
  const found = (await node.api.get<readonly unknown[]>('/v1/ves')).length > 0;
  if (!found) {
    await node.create({ name: 'web', template });
    await node.act('start', 'web');
    await node.wait('web');
  }
  return (await node.show('web')).addresses[0] ?? '';
}
