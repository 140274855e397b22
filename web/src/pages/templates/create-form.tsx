import type { InitKind } from '@insula/contract';
import { Input, SegmentedControl, Select, SimpleGrid, TextInput } from '@mantine/core';
import { useForm } from '@mantine/form';
import { change } from '../../parts/acts.ts';
import { fieldHelp } from '../../parts/field-help.ts';
import { FormModal } from '../../parts/form-modal.tsx';
import { plainInput } from '../../parts/plain-input.ts';
import { text } from '../../text/index.ts';
import { filled } from '../create/create-form.ts';

const words = text.templates.create;
const help = fieldHelp('template.create');
const options = <Value extends string>(titles: Readonly<Record<Value, string>>) =>
  (Object.entries(titles) as [Value, string][]).map(([value, label]) => ({ value, label }));

/** A template of a system from elsewhere: an archive of its root, or an image of a container. */
export function CreateForm({ onClose }: { readonly onClose: () => void }) {
  const form = useForm({
    initialValues: {
      template: '',
      title: '',
      source: 'archive' as 'archive' | 'image',
      archive: '',
      image: '',
      sha256: '',
      init: 'systemd' as InitKind,
      distribution: '',
      release: '',
    },
  });
  const { source, template } = form.values;
  return (
    <FormModal
      title={words.verb}
      verb={words.submit}
      size="lg"
      form={form}
      hidden={source === 'archive' ? ['image'] : ['archive', 'sha256']}
      isReady={template !== '' && form.values[source] !== ''}
      done={words.done(template)}
      onClose={onClose}
      onSubmit={async ({ archive, image, sha256, title, init, distribution, release }) => {
        const from = source === 'archive' ? filled({ archive, sha256 }) : filled({ image });
        const body = { init, ...from, ...filled({ title, distribution, release }) };
        await change('template.create', { params: { template }, body });
      }}
    >
      <SimpleGrid cols={{ base: 1, sm: 2 }} spacing="sm">
        <TextInput
          label={words.name}
          description={words.nameHelp}
          required
          data-autofocus
          {...plainInput}
          {...form.getInputProps('template')}
        />
        <TextInput label={words.title} description={words.titleHelp} {...form.getInputProps('title')} />
      </SimpleGrid>
      <Input.Wrapper label={words.from} labelElement="div">
        <SegmentedControl
          display="flex"
          w="fit-content"
          aria-label={words.from}
          data={options(words.sources)}
          {...form.getInputProps('source')}
        />
      </Input.Wrapper>
      <TextInput
        key={source}
        label={words[source]}
        description={help(source)}
        required
        {...plainInput}
        {...form.getInputProps(source)}
      />
      {source === 'archive' && (
        <TextInput
          label={words.sha256}
          description={help('sha256')}
          {...plainInput}
          {...form.getInputProps('sha256')}
        />
      )}
      <SimpleGrid cols={{ base: 1, sm: 3 }} spacing="sm">
        <Select
          label={words.init}
          allowDeselect={false}
          data={options(words.inits)}
          {...form.getInputProps('init')}
        />
        <TextInput label={words.distribution} {...plainInput} {...form.getInputProps('distribution')} />
        <TextInput label={words.release} {...plainInput} {...form.getInputProps('release')} />
      </SimpleGrid>
    </FormModal>
  );
}
