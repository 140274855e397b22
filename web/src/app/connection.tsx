import { Alert, Box, Tooltip } from '@mantine/core';
import { Unplug } from 'lucide-react';
import { useEffect, useState, useSyncExternalStore } from 'react';
import { type LinkState, live } from '../calls/live.ts';
import { text } from '../text/index.ts';
import classes from './connection.module.css';

function useLink(): LinkState {
  return useSyncExternalStore(
    (changed) => live.onState(changed),
    () => live.state,
  );
}

/** Whether what is shown is what is: a small light in the header. */
export function ConnectionDot() {
  const link = useLink();
  return (
    <Tooltip label={text.connection[link]}>
      <Box
        component="span"
        className={classes['dot']}
        data-link={link}
        role="status"
        aria-label={text.connection[link]}
      />
    </Tooltip>
  );
}

/** A connection that is back within a moment is nobody's concern. */
const patienceMs = 1500;

export function ConnectionBanner() {
  const link = useLink();
  const [shown, setShown] = useState(false);
  useEffect(() => {
    if (link !== 'lost') {
      setShown(false);
      return undefined;
    }
    const timer = setTimeout(() => setShown(true), patienceMs);
    return () => clearTimeout(timer);
  }, [link]);
  if (!shown) return null;
  return (
    <Alert
      color="yellow"
      radius={0}
      py="xs"
      role="alert"
      icon={<Unplug size={16} />}
      title={text.connection.lostTitle}
    >
      {text.connection.lost}
    </Alert>
  );
}
