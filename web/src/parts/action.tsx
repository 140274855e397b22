import { Button, type ButtonProps, Tooltip } from '@mantine/core';
import type { ComponentPropsWithoutRef } from 'react';

interface ActionProps extends ButtonProps, Omit<ComponentPropsWithoutRef<'button'>, keyof ButtonProps> {
  /** Why it cannot be done now; null: it can. */
  readonly refusal?: string | null;
}

/** A button that says why it does nothing, also to those who come by keyboard. */
export function Action({ refusal = null, onClick, children, ...rest }: ActionProps) {
  const button = (
    <Button
      variant="default"
      {...rest}
      {...(refusal === null
        ? { onClick }
        : { 'data-disabled': true, 'aria-disabled': true, 'aria-description': refusal, type: 'button' })}
    >
      {children}
    </Button>
  );
  return refusal === null ? button : <Tooltip label={refusal}>{button}</Tooltip>;
}
