import { join } from 'node:path';
import { operationRows } from '@insula/contract';
import type { Plugin } from 'vite';

const table = join(import.meta.dirname, '../packages/contract/src/operations/table.ts');

/** What only the daemon, the command line and the documentation read of a row. */
const unread = new Set(['result', 'errors', 'description', 'examples']);

/**
 * Puts the operation table into the panel as what it comes to: plain data. What builds and checks schemas is four times its size, and
 * a browser builds and checks none.
 */
export function contractData(): Plugin {
  return {
    name: 'contract-data',
    enforce: 'pre',
    load(id) {
      if (id !== table) return null;
      const rows = Object.fromEntries(operationRows.map((row) => [row.id, slimmed(row)]));
      // as a string to be parsed it is read faster than as a literal
      const code = `export const operationTable = JSON.parse(${JSON.stringify(JSON.stringify(rows))});`;
      return `${code}\nexport const operationRows = Object.values(operationTable);`;
    },
  };
}

function slimmed({ cli, body, query, ...row }: (typeof operationRows)[number]): object {
  const without = (part: object | undefined) =>
    part && Object.fromEntries(Object.entries(part).filter(([name]) => !unread.has(name)));
  return { ...without(row), body, query, cli: without(cli) };
}
