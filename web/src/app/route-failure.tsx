import type { ErrorComponentProps } from '@tanstack/react-router';
import { Failure } from '../parts/failure.tsx';
import { Page } from '../parts/page.tsx';
import { text } from '../text/index.ts';

/** A screen that could not be shown. After an update of the node, chunks of the old panel are gone: then the page is loaded anew. */
export function RouteFailure({ error, reset }: ErrorComponentProps) {
  const isChunk = /dynamically imported module|module script/i.test(String(error));
  return (
    <Page title={text.common.failed}>
      <Failure error={error} onRetry={isChunk ? () => location.reload() : reset} />
    </Page>
  );
}
