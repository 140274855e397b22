import type { User } from '@insula/contract';
import { useFreshRead } from '../../calls/reads.ts';
import { PlainTable } from '../../parts/plain-table.tsx';
import { Section } from '../../parts/section.tsx';
import { text } from '../../text/index.ts';

interface GroupsSectionProps {
  readonly users: readonly User[] | undefined;
}

/** Groups of users, who is in them, and what was granted to them. */
export function GroupsSection({ users }: GroupsSectionProps) {
  const { data: grants = [] } = useFreshRead('grant.list');
  const words = text.access.groups;
  const names = [...new Set(users?.flatMap(({ groups }) => groups))].sort();
  return (
    <Section title={words.title}>
      <PlainTable
        label={words.title}
        rows={users && names}
        rowKey={(name) => name}
        empty={words.none}
        columns={[
          { title: words.name, cell: (name) => name },
          {
            title: words.members,
            cell: (name) =>
              users
                ?.filter(({ groups }) => groups.includes(name))
                .map((user) => user.name)
                .join(', '),
          },
          {
            title: words.holds,
            cell: (name) =>
              grants
                .filter(({ subject }) => subject === `group:${name}`)
                .map(({ role, scope }) => text.account.holds(role, scope))
                .join(', '),
          },
        ]}
      />
    </Section>
  );
}
