import { Type } from 'typebox';
import { Sample, SampleContent, SampleFinding, SampleName, sampleParts } from '../schemas/sample.ts';
import { VeDetail } from '../schemas/ve-view.ts';
import { column, defineOperation } from './definition.ts';
import { promisingErrors, promisingQuery, veChangeErrors, veParams } from './parts.ts';

const sampleParams = Type.Object({ sample: SampleName }, { additionalProperties: false });
const readErrors = ['invalid_input', 'sample_not_found', 'forbidden', 'internal'] as const;
const writeErrors = [
  ...readErrors,
  'unknown_field',
  'invalid_parameter',
  'sample_shipped',
  'no_space',
] as const;

export const sampleList = defineOperation({
  id: 'sample.list',
  title: 'List samples',
  description: 'The sets of parameters that VEs can be made from: those shipped, and your own.',
  kind: 'read',
  method: 'GET',
  path: '/v1/samples',
  result: Type.Array(Sample),
  errors: ['forbidden', 'internal'],
  permission: 'sample.read',
  cli: {
    verb: ['sample', 'list'],
    positionals: [],
    columns: [
      column('name'),
      column('shipped'),
      column('memory', { path: 'parameters.physpages', align: 'right' }),
      column('cpu', { path: 'parameters.cpulimit', align: 'right' }),
      column('processes', { path: 'parameters.numproc', align: 'right' }),
      column('disk', { path: 'parameters.diskspace', align: 'right' }),
      column('description'),
    ],
    examples: [{ command: 'insula sample list', text: 'the samples there are' }],
  },
});

export const sampleShow = defineOperation({
  id: 'sample.show',
  title: 'Show a sample',
  description: 'One sample with its parameters.',
  kind: 'read',
  method: 'GET',
  path: '/v1/samples/{sample}',
  params: sampleParams,
  result: Sample,
  errors: [...readErrors],
  permission: 'sample.read',
  cli: {
    verb: ['sample', 'show'],
    positionals: [{ field: 'sample' }],
    examples: [{ command: 'insula sample show web', text: 'what a web server gets' }],
  },
});

export const sampleSave = defineOperation({
  id: 'sample.save',
  title: 'Save a sample',
  description:
    'Makes a sample of your own, or replaces it: what is not given has its default. VEs that were made from it stay as they are.',
  kind: 'edit',
  method: 'PUT',
  path: '/v1/samples/{sample}',
  params: sampleParams,
  body: SampleContent,
  result: Sample,
  errors: [...writeErrors],
  permission: 'sample.configure',
  cli: {
    verb: ['sample', 'save'],
    positionals: [{ field: 'sample' }],
    examples: [
      {
        command: 'insula sample save shop --ram 900M:1G --cpulimit 150% --numproc 600',
        text: 'one of your own',
      },
    ],
  },
});

export const sampleRemove = defineOperation({
  id: 'sample.remove',
  title: 'Remove a sample',
  description: 'Removes a sample of your own. VEs that were made from it stay as they are.',
  kind: 'edit',
  method: 'DELETE',
  path: '/v1/samples/{sample}',
  params: sampleParams,
  result: Type.Null(),
  errors: [...readErrors, 'sample_shipped'],
  permission: 'sample.configure',
  cli: {
    verb: ['sample', 'remove'],
    positionals: [{ field: 'sample' }],
    examples: [{ command: 'insula sample remove shop', text: 'it is not offered any more' }],
  },
});

export const sampleValidate = defineOperation({
  id: 'sample.validate',
  title: 'Validate a sample',
  description:
    'What is inconsistent about a sample (errors), what will hardly do (warnings) and what could be better (recommendations): the rules of vzcfgvalidate, and what this node has.',
  kind: 'read',
  method: 'GET',
  path: '/v1/samples/{sample}/findings',
  params: sampleParams,
  result: Type.Array(SampleFinding),
  errors: [...readErrors],
  permission: 'sample.read',
  cli: {
    verb: ['sample', 'validate'],
    positionals: [{ field: 'sample' }],
    columns: [column('severity'), column('parameter'), column('problem')],
    examples: [{ command: 'insula sample validate shop', text: 'nothing is printed when all is well' }],
  },
});

export const sampleScale = defineOperation({
  id: 'sample.scale',
  title: 'Scale a sample',
  description: 'Makes a sample from another one by multiplying its amounts, all or those of some parts.',
  kind: 'edit',
  method: 'POST',
  path: '/v1/samples/{sample}/scale',
  params: sampleParams,
  body: Type.Object(
    {
      name: SampleName,
      percent: Type.Integer({
        minimum: 1,
        maximum: 100_000,
        description: 'Of what there is; 200 doubles it',
      }),
      parts: Type.Optional(
        Type.Array(Type.Enum([...sampleParts]), {
          minItems: 1,
          maxItems: 6,
          uniqueItems: true,
          description: 'What is scaled',
        }),
      ),
    },
    { additionalProperties: false },
  ),
  result: Sample,
  errors: [...writeErrors],
  permission: 'sample.configure',
  cli: {
    verb: ['sample', 'scale'],
    positionals: [{ field: 'sample' }, { field: 'name' }],
    examples: [
      { command: 'insula sample scale web web-large --percent 200', text: 'twice of everything' },
      { command: 'insula sample scale web web-fast --percent 300 --parts cpu,disk', text: 'of some' },
    ],
  },
});

export const sampleSplit = defineOperation({
  id: 'sample.split',
  title: 'Split the node into samples',
  description:
    'Makes a sample of one of N equal parts of this node: N such VEs fit, with everything that they may use promised to them.',
  kind: 'edit',
  method: 'POST',
  path: '/v1/samples',
  body: Type.Object(
    {
      name: SampleName,
      count: Type.Integer({ minimum: 1, maximum: 10_000, description: 'How many parts' }),
    },
    { additionalProperties: false },
  ),
  result: Sample,
  errors: [...writeErrors],
  permission: 'sample.configure',
  cli: {
    verb: ['sample', 'split'],
    positionals: [{ field: 'name' }, { field: 'count' }],
    examples: [{ command: 'insula sample split tenth 10', text: 'a tenth of this node' }],
  },
});

export const veApplySample = defineOperation({
  id: 've.sample.apply',
  title: 'Apply a sample to a VE',
  description:
    'Gives a VE the parameters of a sample instead of its own; those that the sample does not have go back to their defaults. A running VE changes at once, whole or not at all.',
  kind: 'change',
  method: 'POST',
  path: '/v1/ves/{ve}/sample',
  params: veParams,
  query: promisingQuery,
  body: Type.Object({ sample: SampleName }, { additionalProperties: false }),
  result: VeDetail,
  errors: [...veChangeErrors, ...promisingErrors, 'sample_not_found', 'image_in_use'],
  permission: 've.configure',
  planned: true,
  cli: {
    verb: ['apply-sample'],
    positionals: [{ field: 'sample' }, { field: 've', several: true }],
    each: 've',
    examples: [{ command: 'insula apply-sample web shop1 shop2', text: 'one size for several VEs' }],
  },
});
