import type { ReactNode } from 'react';
import classes from './facts.module.css';

interface FactsProps {
  /** Pairs of what something is called and what it is; those that are null are left out. */
  readonly facts: readonly (readonly [name: string, value: ReactNode])[];
}

/** What is known of a thing, as a list of names and values. */
export function Facts({ facts }: FactsProps) {
  return (
    <dl className={classes['facts']}>
      {facts
        .filter(([, value]) => value !== null)
        .map(([name, value]) => (
          <div key={name} className={classes['fact']}>
            <dt>{name}</dt>
            <dd>{value}</dd>
          </div>
        ))}
    </dl>
  );
}
