import { type ReactNode, useEffect, useRef } from 'react';
import classes from './log-lines.module.css';

/** How near to its end a log must be for it to stay there, in pixels. */
const nearEnd = 24;

interface LogLinesProps {
  readonly label: string;
  /** Grows with what is shown. */
  readonly length: number;
  readonly children: ReactNode;
}

/** A log. It stays at its end while somebody is there, and elsewhere while somebody reads. */
export function LogLines({ label, length, children }: LogLinesProps) {
  const box = useRef<HTMLElement>(null);
  const follows = useRef(true);
  // biome-ignore lint/correctness/useExhaustiveDependencies: with each new line
  useEffect(() => {
    if (follows.current && box.current) box.current.scrollTop = box.current.scrollHeight;
  }, [length]);
  return (
    <section
      ref={box}
      className={classes['log']}
      // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls is reached by keyboard, too
      tabIndex={0}
      aria-label={label}
      onScroll={({ currentTarget: { scrollHeight, scrollTop, clientHeight } }) => {
        follows.current = scrollHeight - scrollTop - clientHeight < nearEnd;
      }}
    >
      {children}
    </section>
  );
}
