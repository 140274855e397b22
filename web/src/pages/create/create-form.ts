import { asSchemaNode, findParameter, operationTable, parseAmount, type VeCreate } from '@insula/contract';

/** What the form holds: everything as it is typed. */
export interface CreateValues {
  /** Of many a pattern: `#` stands for the number of each. */
  readonly name: string;
  readonly count: number;
  readonly description: string;
  readonly template: string;
  readonly applications: string[];
  /** By `application.setting`. */
  readonly applicationSettings: Record<string, string>;
  readonly sample: string;
  readonly parameters: Record<string, string>;
  readonly network: 'automatic' | 'pools' | 'addresses' | 'none';
  /** Each VE gets an address of each of these. */
  readonly pools: string[];
  readonly addresses: string;
  readonly hostname: string;
  readonly onboot: VeCreate['onboot'];
  readonly start: boolean;
}

/** Resources that almost everybody chooses; all others are on the page of the VE. */
export const usualParameters = ['physpages', 'cpulimit', 'diskspace', 'numproc'] as const;

export const emptyForm: CreateValues = {
  name: '',
  count: 1,
  description: '',
  template: '',
  applications: [],
  applicationSettings: {},
  sample: '',
  parameters: Object.fromEntries(usualParameters.map((name) => [name, ''])),
  network: 'automatic',
  pools: [],
  addresses: '',
  hostname: '',
  onboot: 'auto',
  start: true,
};

const body = asSchemaNode(operationTable['ve.create'].body).properties ?? {};

/** What a field is for, in the words of the contract. */
export function helpOf(field: string): string | undefined {
  return asSchemaNode(body[field]).description;
}

/**
 * What is sent: only what was filled in.
 * @throws CodedError invalid_parameter for a resource that is no amount
 */
export function bodyOf(values: CreateValues): VeCreate {
  const { name, description, template, applications, sample, hostname, onboot, start } = values;
  const parameters = Object.fromEntries(
    Object.entries(values.parameters).flatMap(([parameter, typed]) => {
      const row = findParameter(parameter);
      return row === undefined || typed.trim() === '' ? [] : [[parameter, parseAmount(row, typed.trim())]];
    }),
  );
  const settings = Object.fromEntries(
    Object.entries(values.applicationSettings).filter(
      ([key, value]) => value !== '' && applications.includes(key.split('.')[0] ?? ''),
    ),
  );
  return {
    template,
    start,
    ...filled({ name, description, sample, hostname }),
    ...(onboot === undefined ? {} : { onboot }),
    ...(applications.length === 0 ? {} : { applications }),
    ...(Object.keys(settings).length === 0 ? {} : { applicationSettings: settings }),
    ...(Object.keys(parameters).length === 0 ? {} : { parameters }),
    ...addressesOf(values),
  };
}

/** The addresses that were chosen; left out where the node is to choose. */
export function addressesOf({
  network,
  addresses,
  pools,
}: Pick<CreateValues, 'network' | 'addresses' | 'pools'>): Pick<VeCreate, 'addresses'> {
  switch (network) {
    case 'automatic':
      return {};
    case 'pools':
      return { addresses: pools.map((pool) => `pool:${pool}`) };
    case 'none':
      return { addresses: [] };
    case 'addresses':
      return { addresses: addresses.split(/[\s,]+/).filter(Boolean) };
  }
}

/** Without what was left empty. */
export function filled(fields: Readonly<Record<string, string>>): Readonly<Record<string, string>> {
  return Object.fromEntries(
    Object.entries(fields)
      .map(([name, value]) => [name, value.trim()] as const)
      .filter(([, value]) => value !== ''),
  );
}

/** As many as one can look at. */
export const mostAtOnce = 200;

/**
 * The form once for each VE that was asked for: `web#` becomes web1, web2 …, with zeros in front where there are several `#`. A name
 * without one has its number at its end; many without any name are called after their CTIDs.
 */
export function formsOf(values: CreateValues): readonly CreateValues[] {
  const { name, hostname, count } = values;
  if (count === 1) return [values];
  const pattern = name.trim() === '' || name.includes('#') ? name : `${name}#`;
  return Array.from({ length: Math.min(count, mostAtOnce) }, (_, index) => ({
    ...values,
    name: numbered(pattern, index + 1),
    hostname: numbered(hostname, index + 1),
  }));
}

function numbered(pattern: string, number: number): string {
  return pattern.replace(/#+/, (marks) => String(number).padStart(marks.length, '0'));
}
