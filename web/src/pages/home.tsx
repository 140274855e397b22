import { Navigate } from '@tanstack/react-router';
import { useOwned } from '../access/who.tsx';
import { OverviewPage } from './overview.tsx';

/** Where one comes in: administrators see the node, an owner his VE, and one of several VEs their list. */
export function HomePage() {
  const owned = useOwned();
  const [only, ...others] = owned ?? [];
  if (only === undefined) return <OverviewPage />;
  return others.length === 0 ? (
    <Navigate to="/ves/$ve" params={{ ve: only }} replace />
  ) : (
    <Navigate to="/ves" replace />
  );
}
