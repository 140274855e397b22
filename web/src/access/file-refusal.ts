import { privilegeTable } from '@insula/contract';
import { text } from '../text/index.ts';
import { useWho } from './who.tsx';

/** Why somebody may not name files of the node; null: he may. Root of the node opens them. */
export function useFileRefusal(): string | null {
  const { holds } = useWho();
  const may = holds.some(({ privileges }) => privileges.includes('node.admin'));
  return may ? null : text.refusal.privilege('node.admin', privilegeTable['node.admin']);
}
