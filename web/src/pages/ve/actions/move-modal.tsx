import { type VolumeLayout, volumeLayouts } from '@insula/contract';
import { Select, Text } from '@mantine/core';
import { useForm } from '@mantine/form';
import { change } from '../../../parts/acts.ts';
import { FormModal } from '../../../parts/form-modal.tsx';
import { text } from '../../../text/index.ts';
import type { ShownVe } from '../tabs.ts';
import { changedLimits, DiskFields, typedLimits } from './disk-fields.tsx';

interface MoveModalProps {
  readonly ve: ShownVe;
  readonly onClose: () => void;
}

/** Keeps the files of a VE in another layout, with what that one limits. */
export function MoveModal({ ve, onClose }: MoveModalProps) {
  const words = text.actions.move;
  const { layouts } = text.ve;
  const before = typedLimits(ve.parameters);
  const form = useForm({ initialValues: { layout: null as VolumeLayout | null, parameters: before } });
  const { layout } = form.values;
  return (
    <FormModal
      title={words.title(ve.name)}
      verb={words.submit}
      size="lg"
      form={form}
      isReady={layout !== null}
      done={words.done(ve.name)}
      onClose={onClose}
      onSubmit={async ({ layout: wanted, parameters: typed }) => {
        if (wanted === null) return;
        const parameters = changedLimits(typed, before);
        const body = { layout: wanted, ...(Object.keys(parameters).length === 0 ? {} : { parameters }) };
        await change('ve.move', { params: { ve: ve.uuid }, body });
      }}
    >
      <Text size="sm">{words.help}</Text>
      <Select
        label={words.layout}
        description={words.from(layouts[ve.layout])}
        required
        data-autofocus
        allowDeselect={false}
        data={volumeLayouts
          .filter((value) => value !== ve.layout)
          .map((value) => ({ value, label: layouts[value] }))}
        {...form.getInputProps('layout')}
      />
      <DiskFields propsOf={form.getInputProps} />
    </FormModal>
  );
}
