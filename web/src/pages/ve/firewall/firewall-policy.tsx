import type { FirewallPolicy } from '@insula/contract';
import { Group, Select, Skeleton, Text } from '@mantine/core';
import { useRefusal } from '../../../access/who.tsx';
import { outdated, useRead } from '../../../calls/reads.ts';
import { edit } from '../../../parts/acts.ts';
import { Failure } from '../../../parts/failure.tsx';
import { Section } from '../../../parts/section.tsx';
import { text } from '../../../text/index.ts';

/** What becomes of new connections that no rule is about, of all VEs of the node. */
export function FirewallPolicyForm() {
  const refusal = useRefusal()('firewall.policy');
  const { data, error } = useRead('firewall.show');
  const words = text.firewall;
  const set = async (body: Partial<FirewallPolicy>) => {
    await edit('firewall.policy', { body }, words.policyChanged);
    outdated('firewall.show');
  };
  const choice = <Field extends keyof FirewallPolicy>(
    field: Field,
    choices: Readonly<Record<FirewallPolicy[Field], string>>,
  ) => (
    <Select
      size="xs"
      w={{ base: '100%', xs: 240 }}
      label={words.policies[field]}
      allowDeselect={false}
      disabled={refusal !== null}
      data={Object.entries(choices).map(([value, label]) => ({ value, label: String(label) }))}
      value={data?.[field] ?? null}
      onChange={(value) => void set({ [field]: value } as Partial<FirewallPolicy>)}
    />
  );
  return (
    <Section title={words.policy}>
      {error && <Failure error={error} />}
      {data === undefined && !error && <Skeleton height={60} />}
      {data && (
        <Group gap="md" align="flex-end">
          {choice('in', words.verdicts)}
          {choice('out', words.verdicts)}
          {choice('between', words.betweens)}
        </Group>
      )}
      <Text size="xs" c="dimmed" mt="sm">
        {refusal ?? words.policyHelp}
      </Text>
    </Section>
  );
}
