import { type Static, Type } from 'typebox';
import { ParameterChange } from '../parameters/values.ts';
import { Address, AddressWish, ApplicationName, Ctid, TemplateReference, Uuid, VeName } from './names.ts';
import { SampleName } from './sample.ts';
import { VeState, VeTransition } from './states.ts';
import { VeSettings, VeSpec, VolumeLayoutName } from './ve-spec.ts';

const ExitKind = Type.Enum(['poweroff', 'reboot', 'crash', 'killed', 'unknown']);

/** How a VE's last run ended. */
export const LastExit = Type.Object(
  {
    kind: ExitKind,
    code: Type.Union([Type.Integer(), Type.Null()], {
      description: 'Exit status of init as the supervisor saw it',
    }),
    at: Type.String(),
  },
  { additionalProperties: false, $id: 'LastExit' },
);
export type LastExit = Static<typeof LastExit>;

/** One row of `insula list`: small enough for thousands. */
export const VeSummary = Type.Object(
  {
    uuid: Uuid,
    ctid: Ctid,
    name: VeName,
    state: VeState,
    transition: VeTransition,
    template: Type.String(),
    hostname: Type.String(),
    addresses: Type.Array(Address),
    onboot: VeSettings.properties.onboot,
    bootorder: VeSettings.properties.bootorder,
    description: Type.String(),
    init: Type.Union([Type.Integer(), Type.Null()], { description: 'Host pid of init' }),
    startedAt: Type.Union([Type.String(), Type.Null()]),
  },
  { $id: 'VeSummary', additionalProperties: false },
);
export type VeSummary = Static<typeof VeSummary>;

/** Everything about one VE: its spec, and what it is right now. */
export const VeDetail = Type.Object(
  {
    ...VeSpec.properties,
    state: VeState,
    transition: VeTransition,
    operation: Type.Union([Type.String(), Type.Null()], {
      description: 'The operation that holds the VE, if any',
    }),
    init: VeSummary.properties.init,
    startedAt: VeSummary.properties.startedAt,
    lastExit: Type.Union([LastExit, Type.Null()]),
    crashes: Type.Integer({ description: 'Crashes in a row, counted for the back-off of restarts' }),
    privateArea: Type.String({ description: 'Folder of the private area on the node' }),
  },
  { $id: 'VeDetail', additionalProperties: false },
);
export type VeDetail = Static<typeof VeDetail>;

/** The one-line answer of `insula status`, as scripts want it. */
export const VeStatus = Type.Object(
  {
    uuid: Uuid,
    ctid: Ctid,
    name: VeName,
    state: VeState,
    transition: VeTransition,
    operation: Type.Union([Type.String(), Type.Null()]),
    init: VeSummary.properties.init,
    startedAt: VeSummary.properties.startedAt,
    lastExit: Type.Union([LastExit, Type.Null()]),
  },
  { $id: 'VeStatus', additionalProperties: false },
);
export type VeStatus = Static<typeof VeStatus>;

const { dns, capabilities } = VeSettings.properties;
const partly = { additionalProperties: false };

/** Every setting may be left out, and so may each half of those that have two. */
const settings = {
  ...Type.Partial(VeSettings).properties,
  dns: Type.Optional(Type.Partial(dns, partly)),
  capabilities: Type.Optional(
    Type.Partial(capabilities, {
      ...partly,
      description: 'Capabilities beyond, or taken from, the default set',
    }),
  ),
};

const VeChangeParameters = Type.Record(Type.String(), ParameterChange, {
  description: 'Parameters to change; null goes back to the default',
});

/** What `create` takes; only the template is needed. */
export const VeCreate = Type.Object(
  {
    name: Type.Optional(VeName),
    ctid: Type.Optional(Ctid),
    template: TemplateReference,
    addresses: Type.Optional(
      Type.Array(AddressWish, {
        maxItems: 64,
        description: 'Addresses, or pool:NAME; left out: one of each family from the automatic pools',
      }),
    ),
    layout: Type.Optional(VolumeLayoutName),
    ...settings,
    applications: Type.Optional(
      Type.Array(ApplicationName, {
        maxItems: 16,
        uniqueItems: true,
        'x-flag': 'app',
        description:
          'Applications that it has from the beginning: template and applications are built together once',
      }),
    ),
    applicationSettings: Type.Optional(
      Type.Record(
        Type.String({ pattern: '^[a-z0-9-]{1,32}\\.[a-z][a-z0-9_]{0,40}$' }),
        Type.String({ maxLength: 4096 }),
        {
          additionalProperties: false,
          maxProperties: 64,
          'x-flag': 'app-set',
          description: 'Their settings, as nginx.port=8080',
        },
      ),
    ),
    sample: Type.Optional(SampleName),
    start: Type.Optional(Type.Boolean({ description: 'Start it, too' })),
  },
  { $id: 'VeCreate', additionalProperties: false },
);
export type VeCreate = Static<typeof VeCreate>;

/** What `clone` takes: what is not given is as in the VE that is cloned, or new where it must be. */
export const VeClone = Type.Object(
  {
    name: VeCreate.properties.name,
    ctid: VeCreate.properties.ctid,
    addresses: VeCreate.properties.addresses,
    hostname: Type.Optional(VeSettings.properties.hostname),
    description: Type.Optional(VeSettings.properties.description),
    snapshot: Type.Optional(VeName),
    start: VeCreate.properties.start,
  },
  { $id: 'VeClone', additionalProperties: false },
);
export type VeClone = Static<typeof VeClone>;

/** What `reinstall` takes. */
export const VeReinstall = Type.Object(
  {
    template: Type.Optional(TemplateReference),
    dropOld: Type.Optional(
      Type.Boolean({
        description: 'Remove the files of before instead of keeping them in /old',
        default: false,
      }),
    ),
    credentials: Type.Optional(
      Type.Boolean({
        description: 'Take over the password of root, its authorized keys and the SSH host keys',
        default: true,
      }),
    ),
  },
  { $id: 'VeReinstall', additionalProperties: false },
);
export type VeReinstall = Static<typeof VeReinstall>;

/** What `move` takes. */
export const VeMove = Type.Object(
  {
    layout: VolumeLayoutName,
    parameters: Type.Optional(VeChangeParameters),
  },
  { $id: 'VeMove', additionalProperties: false },
);
export type VeMove = Static<typeof VeMove>;

/** What `set` changes: fields left out stay as they are; maps (`parameters`, `userData`) are merged, null removes a key. */
export const VeChange = Type.Object(
  {
    ...settings,
    addresses: Type.Optional(
      Type.Array(AddressWish, {
        maxItems: 64,
        description: 'Addresses instead of those it has; a running VE gets them at once',
      }),
    ),
    parameters: Type.Optional(VeChangeParameters),
    userData: Type.Optional(
      Type.Record(
        Type.String({ pattern: '^[A-Za-z0-9._/-]{1,64}$' }),
        Type.Union([Type.String({ maxLength: 4096 }), Type.Null()]),
        { additionalProperties: false, description: 'Keys to change; null removes a key' },
      ),
    ),
  },
  { $id: 'VeChange', additionalProperties: false, minProperties: 1 },
);
export type VeChange = Static<typeof VeChange>;
