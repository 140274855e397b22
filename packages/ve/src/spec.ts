import { randomBytes } from 'node:crypto';
import {
  fault,
  schemaFault,
  type VeChange,
  type VeClone,
  type VeCreate,
  type VeImport,
  type VeSettings,
  VeSpec,
} from '@insula/contract';
import {
  canonicalAddress,
  checkInterfaces,
  clonedInterfaces,
  parseForwards,
  parseRates,
  randomMac,
} from '@insula/network';
import { mergeParameters } from '@insula/resources';
import { Compile } from 'typebox/compile';

/** Settings of a VE whose creator said nothing else. */
const defaultSettings: Omit<VeSettings, 'hostname'> = {
  description: '',
  dns: { servers: [], search: [] },
  parameters: {},
  onboot: 'auto',
  bootorder: 0,
  stopTimeout: 120,
  restartPolicy: 'on-crash',
  features: [],
  capabilities: { add: [], drop: [] },
  groups: [],
  forwards: [],
  apiAccess: false,
  rates: [],
  ratebound: false,
  optimizeOnStop: false,
  netfilter: 'full',
  protected: false,
  userData: {},
};

/** What the node chose for a new VE. */
export interface Allocated {
  readonly uuid: string;
  readonly ctid: number;
  readonly name: string;
  readonly idBase: number;
  readonly addresses: readonly string[];
  readonly template: VeSpec['template'];
  readonly createdAt: string;
  readonly layout: VeSpec['layout'];
  /** Of a copy: those that its files lie over. */
  readonly layers?: VeSpec['layers'];
  readonly applications?: VeSpec['applications'];
}

/** The spec of a new VE. @throws CodedError invalid_input, invalid_parameter */
export function newSpec(wanted: VeCreate, allocated: Allocated): VeSpec {
  const {
    template: _reference,
    start: _start,
    applications: _applications,
    applicationSettings: _applicationSettings,
    sample: _sample,
    ctid: _ctid,
    name: _name,
    addresses: _addresses,
    layout: _layout,
    dns,
    capabilities,
    ...settings
  } = wanted;
  return checkSpec({
    format: 1,
    ...defaultSettings,
    hostname: defaultHostname(allocated.name),
    ...settings,
    dns: { ...defaultSettings.dns, ...dns },
    capabilities: { ...defaultSettings.capabilities, ...capabilities },
    parameters: mergeParameters({}, settings.parameters ?? {}),
    layers: [],
    ...allocated,
    template: { ...allocated.template },
    addresses: [...allocated.addresses],
    interfaces: [],
  });
}

/** The spec of a clone: everything of its origin but what must be its own, or was given. @throws CodedError invalid_input */
export function clonedSpec(origin: VeSpec, wanted: VeClone, allocated: Allocated): VeSpec {
  return checkSpec({
    ...origin,
    hostname: wanted.hostname ?? defaultHostname(allocated.name),
    description: wanted.description ?? origin.description,
    protected: false,
    // a port of the node leads to one VE
    forwards: [],
    interfaces: clonedInterfaces(origin.interfaces, () => randomMac(randomBytes(6))),
    ...allocated,
    template: { ...allocated.template },
    addresses: [...allocated.addresses],
  });
}

/**
 * The spec of a VE that comes from elsewhere. What it was trusted with there, it has to be given here: ports and networks of the
 * node, groups that others' rules name, use of the API.
 * @throws CodedError invalid_input, unknown_field, invalid_parameter
 */
export function importedSpec(written: unknown, wanted: VeImport, allocated: Allocated): VeSpec {
  const origin = readSpec(written);
  const renamed = wanted.name === undefined ? origin.hostname : defaultHostname(allocated.name);
  return checkSpec({
    ...origin,
    hostname: wanted.hostname ?? renamed,
    description: wanted.description ?? origin.description,
    parameters: mergeParameters(mergeParameters({}, origin.parameters), wanted.parameters ?? {}),
    protected: false,
    apiAccess: false,
    forwards: [],
    groups: [],
    interfaces: [],
    layers: [],
    ...allocated,
    template: { ...allocated.template },
    addresses: [...allocated.addresses],
  });
}

/**
 * The spec of a VE that stands on another root. Of its applications those remain that are in the template: they were added first, all at
 * once.
 */
export function reinstalledSpec(spec: VeSpec, template: VeSpec['template']): VeSpec {
  const { applications = [], ...rest } = spec;
  const { name, version } = template;
  const isGolden = name === spec.template.name && name.includes('.with.');
  const first = applications.map(({ addedAt }) => addedAt).sort()[0];
  const builtIn = isGolden ? applications.filter(({ addedAt }) => addedAt === first) : [];
  return checkSpec({
    ...rest,
    template: { name, version },
    layers: [],
    ...(builtIn.length === 0 ? {} : { applications: builtIn }),
  });
}

/** The spec after a change of everything but addresses, which need the node's pools; the merged whole is what is checked. @throws CodedError invalid_input, invalid_parameter */
export function changedSpec(spec: VeSpec, change: VeChange): VeSpec {
  const { dns, capabilities, parameters, userData, addresses: _wishes, ...plain } = change;
  return checkSpec({
    ...spec,
    ...plain,
    dns: { ...spec.dns, ...dns },
    capabilities: { ...spec.capabilities, ...capabilities },
    parameters: mergeParameters(spec.parameters, parameters ?? {}),
    userData: mergeUserData(spec.userData, userData ?? {}),
  });
}

/** A spec read from anywhere: checked against the schema as a whole. @throws CodedError invalid_input, unknown_field naming the field */
export function checkSpec(candidate: unknown): VeSpec {
  if (!specCheck.Check(candidate)) throw schemaFault(VeSpec, specCheck.Errors(candidate), 'spec');
  for (const address of candidate.addresses) {
    const canonical = canonicalAddress(address);
    if (canonical === address) continue;
    const problem = canonical === null ? `${address} is no address` : `${address} is written ${canonical}`;
    throw fault('invalid_input', { field: 'addresses', problem });
  }
  parseForwards(candidate.forwards);
  parseRates(candidate);
  checkInterfaces(candidate.interfaces);
  return candidate;
}

/** A spec as it was written, perhaps before there were some of the settings. @throws CodedError as `checkSpec` does */
export function readSpec(written: unknown): VeSpec {
  if (typeof written !== 'object' || written === null || Array.isArray(written)) return checkSpec(written);
  const found: Partial<VeSpec> = written;
  const { groups, forwards, apiAccess, rates, ratebound, optimizeOnStop, netfilter } = {
    ...defaultSettings,
    ...found,
  };
  const settings = { groups, forwards, apiAccess, rates, ratebound, optimizeOnStop, netfilter };
  return checkSpec({ layout: 'plain', layers: [], interfaces: [], ...found, ...settings });
}

const specCheck = Compile(VeSpec);

/** A VE's name as a host name: no `_`, and every label begins and ends with a letter or digit. */
function defaultHostname(name: string): string {
  const labels = name.split('.').map((label) => label.replaceAll('_', '-').replaceAll(/^-+|-+$/g, ''));
  return labels.filter((label) => label !== '').join('.');
}

function mergeUserData(
  current: Readonly<Record<string, string>>,
  change: Readonly<Record<string, string | null>>,
): Record<string, string> {
  const merged = new Map(Object.entries(current));
  for (const [key, value] of Object.entries(change)) {
    if (value === null) merged.delete(key);
    else merged.set(key, value);
  }
  return Object.fromEntries(merged);
}
