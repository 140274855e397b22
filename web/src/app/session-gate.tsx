import { Center, Loader } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { type ReactNode, useEffect } from 'react';
import { WhoProvider } from '../access/who.tsx';
import { keepCurrent } from '../calls/cache.ts';
import { onForgotten } from '../calls/client.ts';
import { live } from '../calls/live.ts';
import { queryClient, readOf } from '../calls/reads.ts';
import { LoginPage } from '../pages/login/login-page.tsx';
import { Failure } from '../parts/failure.tsx';
import { text } from '../text/index.ts';

/**
 * Shows what is inside to those who are logged in, and everybody else the login, in the same place: the address stays, so that one is
 * where one was afterwards, and no address can lead elsewhere.
 */
export function SessionGate({ children }: { readonly children: ReactNode }) {
  const { data: who, error, isPending, refetch } = useQuery({ ...readOf('whoami'), retry: false });
  const name = who?.user;

  useEffect(() => onForgotten(forget), []);
  useEffect(() => {
    if (name === undefined) return undefined;
    live.start();
    const leave = keepCurrent();
    return () => {
      leave();
      live.stop();
    };
  }, [name]);

  if (who) return <WhoProvider value={who}>{children}</WhoProvider>;
  if (isPending)
    return (
      <Center h="100dvh">
        <Loader size="sm" aria-label={text.common.loading} />
      </Center>
    );
  if ((error as { readonly code?: string } | null)?.code === 'unauthenticated' || who === null)
    return <LoginPage onLogin={() => void refetch()} />;
  return (
    <Center h="100dvh" p="md">
      <Failure error={error} onRetry={() => void refetch()} />
    </Center>
  );
}

/** Nothing that one user saw stays for the next. */
function forget(): void {
  queryClient.removeQueries({ predicate: ({ queryKey }) => queryKey[0] !== 'whoami' });
  if (queryClient.getQueryData(['whoami', {}]) !== null) queryClient.setQueryData(['whoami', {}], null);
}
