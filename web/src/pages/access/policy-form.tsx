import { isForOwner, type OperationDefinition, operationTable, type Policy } from '@insula/contract';
import { MultiSelect, NumberInput, Select, Switch, Text } from '@mantine/core';
import { useForm } from '@mantine/form';
import { call } from '../../calls/client.ts';
import { outdated, useRead } from '../../calls/reads.ts';
import { FormModal } from '../../parts/form-modal.tsx';
import { text } from '../../text/index.ts';
import { ScopeInput } from './scope-input.tsx';

interface PolicyFormProps {
  /** One without a scope is new. */
  readonly policy: Policy;
  readonly onClose: () => void;
}

const answers = { above: null, yes: true, no: false } as const;
type Answer = keyof typeof answers;

/** What one level says. What is left out there is as the level above says. */
export function PolicyForm({ policy, onClose }: PolicyFormProps) {
  const words = text.access.policies;
  const isNew = policy.scope === '';
  const withholdable = useWithholdable();
  const form = useForm({
    initialValues: {
      scope: policy.scope,
      ownerLogin: (policy.ownerLogin === null ? 'above' : policy.ownerLogin ? 'yes' : 'no') as Answer,
      says: policy.withheld !== null,
      withheld: [...(policy.withheld ?? [])],
      snapshots: policy.snapshots ?? ('' as number | ''),
    },
  });
  return (
    <FormModal
      title={isNew ? words.create : words.changeOf(policy.scope)}
      verb={text.common.save}
      form={form}
      done={text.common.saved(form.values.scope)}
      onClose={onClose}
      onSubmit={async ({ scope, ownerLogin, says, withheld, snapshots }) => {
        const body = {
          ownerLogin: answers[ownerLogin],
          withheld: says ? withheld : null,
          snapshots: snapshots === '' ? null : snapshots,
        };
        await call('policy.set', { params: { policy: scope }, body });
        outdated('policy.list', 've.permissions');
      }}
    >
      {isNew ? (
        <ScopeInput
          hasNodes={false}
          label={words.scope}
          description={words.scopeHelp}
          {...form.getInputProps('scope')}
        />
      ) : (
        <Text size="sm">{words.help}</Text>
      )}
      <Select
        label={words.ownerLogin}
        allowDeselect={false}
        data={(['above', 'yes', 'no'] as const).map((value) => ({ value, label: words[value] }))}
        {...form.getInputProps('ownerLogin')}
      />
      <Switch label={words.withheldSays} {...form.getInputProps('says', { type: 'checkbox' })} />
      {form.values.says && (
        <MultiSelect
          label={words.withheld}
          description={words.withheldHelp}
          searchable
          data={withholdable}
          {...form.getInputProps('withheld')}
        />
      )}
      <NumberInput
        label={words.snapshots}
        description={words.aboveHelp}
        min={0}
        allowDecimal={false}
        {...form.getInputProps('snapshots')}
      />
    </FormModal>
  );
}

/** Privileges of an owner on his VE, and the calls that need them. The node refuses what makes a VE a VE to its owner. */
function useWithholdable(): string[] {
  const { data: roles = [] } = useRead('role.list');
  const held: readonly string[] = roles.find(({ name }) => name === 've-owner')?.privileges ?? [];
  const rows: readonly OperationDefinition[] = Object.values(operationTable);
  const names = rows
    .filter((row) => isForOwner(row, held))
    .flatMap(({ id, permission }) => (permission === 've.read' ? [id] : [permission, id]));
  return [...new Set(names)].sort();
}
