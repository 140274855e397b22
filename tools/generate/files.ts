import { completionScript } from '../../packages/cli/src/index.ts';
import { openApiDocument } from '../../packages/contract/src/index.ts';
import type { Generated } from '../generated-files.ts';
import { apiPage } from './api-page.ts';
import { commandsPage } from './commands-page.ts';
import { errorsPage } from './errors-page.ts';
import { exitCodesPage } from './exit-codes-page.ts';
import { manualPages } from './man-pages.ts';
import { migrationPage } from './migration-page.ts';
import { parametersPage } from './parameters-page.ts';

/** What derives from the contract, the commands and the checks. */
export function generatedFiles({ version }: { readonly version: string }): Generated {
  const document = openApiDocument({ version });
  const files = new Map([
    ['docs/reference/commands.md', commandsPage()],
    ['docs/reference/api.md', apiPage(document)],
    ['docs/reference/openapi.json', `${JSON.stringify(document, null, 1)}\n`],
    ['docs/reference/errors.md', errorsPage()],
    ['docs/reference/exit-codes.md', exitCodesPage()],
    ['docs/reference/parameters.md', parametersPage()],
    ['docs/reference/migration.md', migrationPage()],
    ...manualPages().map(({ name, text }) => [`man/${name}.1`, text] as const),
    ['completions/insula.bash', completionScript('bash')],
    ['completions/_insula', completionScript('zsh')],
    ['completions/insula.fish', completionScript('fish')],
  ]);
  return { files, directories: ['docs/reference', 'man', 'completions'] };
}
