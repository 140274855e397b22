/**
 * Writes everything that derives from the operation table, the commands, the parameters and the error catalogue: docs/reference, man and
 * completions.
 *
 * usage: node tools/generate.ts [--check]        --check writes nothing and fails when something is stale
 */
import { readFileSync } from 'node:fs';
import { generatedFiles } from './generate/files.ts';
import { settle } from './generated-files.ts';

const { version } = JSON.parse(readFileSync('package.json', 'utf8')) as { version: string };

process.exitCode = settle(generatedFiles({ version }), process.argv);
