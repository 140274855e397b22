import { Button } from '@mantine/core';
import { Action } from './action.tsx';

interface DownloadProps {
  /** Why it is not to be had; null: it is. */
  readonly refusal: string | null;
  readonly address: string;
  /** What the file is called where it is kept. */
  readonly file: string;
  readonly children: string;
}

/** A button that has the browser keep what an address answers. */
export function Download({ refusal, address, file, children }: DownloadProps) {
  if (refusal !== null) return <Action refusal={refusal}>{children}</Action>;
  return (
    <Button variant="default" component="a" href={address} download={file}>
      {children}
    </Button>
  );
}
