import type { UseFormReturnType } from '@mantine/form';
import type { CreateValues } from './create-form.ts';

export interface FieldsProps {
  readonly form: UseFormReturnType<CreateValues>;
}
