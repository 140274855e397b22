import { SegmentedControl } from '@mantine/core';
import { text } from '../text/index.ts';

export const spans = ['10m', '1h', '6h', '1d', '7d', '30d'] as const;
export type Span = (typeof spans)[number];

interface SpanPickerProps<Value extends Span> {
  readonly spans: readonly Value[];
  readonly value: Value;
  readonly onChange: (span: Value) => void;
}

/** How far back charts reach. */
export function SpanPicker<Value extends Span>({ spans: offered, value, onChange }: SpanPickerProps<Value>) {
  return (
    <SegmentedControl
      size="xs"
      aria-label={text.usage.span}
      value={value}
      onChange={(chosen) => onChange(chosen as Value)}
      data={offered.map((span) => ({ value: span, label: text.usage.spans[span] }))}
    />
  );
}
