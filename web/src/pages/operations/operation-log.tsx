import { Text } from '@mantine/core';
import { useEffect, useRef } from 'react';
import { text } from '../../text/index.ts';
import classes from './operation-log.module.css';

/** How near to its end a log must be for it to stay there, in pixels. */
const nearEnd = 24;

/** What the tools of an operation say. Stays at the end while somebody is there. */
export function OperationLog({ lines }: { readonly lines: readonly string[] }) {
  const box = useRef<HTMLElement>(null);
  const follows = useRef(true);
  // biome-ignore lint/correctness/useExhaustiveDependencies: with each new line
  useEffect(() => {
    if (follows.current && box.current) box.current.scrollTop = box.current.scrollHeight;
  }, [lines.length]);
  if (lines.length === 0)
    return (
      <Text size="sm" c="dimmed">
        {text.operations.noLog}
      </Text>
    );
  return (
    <section
      ref={box}
      className={classes['log']}
      // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls is reached by keyboard, too
      tabIndex={0}
      aria-label={text.operations.log}
      onScroll={({ currentTarget: { scrollHeight, scrollTop, clientHeight } }) => {
        follows.current = scrollHeight - scrollTop - clientHeight < nearEnd;
      }}
    >
      {lines.join('\n')}
    </section>
  );
}
