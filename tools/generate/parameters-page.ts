import { formatAmount, type ParameterRow, parameterTable } from '../../packages/contract/src/index.ts';
import { code, generatedNote, page, prose, table } from './markdown.ts';

/** docs/reference/parameters.md */
export function parametersPage(): string {
  const rows: readonly ParameterRow[] = parameterTable;
  return page([
    '# Parameters',
    generatedNote,
    'The resources of a VE that can be limited: options of `insula create` and `insula set`, and the field `parameters` of the API, where amounts are plain numbers (bytes, percent of a core, or a count) or `"unlimited"`.',
    table(
      ['Parameter', 'Also', 'Unit', 'Shape', 'Default', 'Least', 'Most', ''],
      rows.map((row) => [
        code(row.name),
        (row.aliases ?? []).map(code).join(', '),
        row.unit,
        row.shape,
        formatAmount(row, row.default),
        formatAmount(row, row.minimum),
        row.maximum === Number.MAX_SAFE_INTEGER ? '' : formatAmount(row, row.maximum),
        `${prose(row.text)}${row.live ? '' : ' (from the next start on)'}`,
      ]),
    ),
    'On the command line sizes take `K`, `M`, `G` and `T` (powers of 1024) or `P` (pages of 4 KiB): `512M`, `1.5G`. A share of CPU time takes `%`: `150%` is one and a half cores. `unlimited` lifts a limit; in `insula set`, `default` goes back to the default.',
    '## Where they are kept',
    table(
      ['Parameter', 'cgroup v2', 'cgroup v1'],
      rows.map(({ name, v2, v1 }) => [
        code(name),
        v2.map(({ file }) => code(file)).join(', '),
        v1.map(({ controller, file }) => code(`${controller}/${file}`)).join(', '),
      ]),
    ),
  ]);
}
