import { type Static, Type } from 'typebox';
import { ParameterValues } from '../parameters/values.ts';
import { mostInterfaces, NetworkInterface } from './interfaces.ts';
import {
  Address,
  ApplicationName,
  Ctid,
  GroupName,
  Hostname,
  Ipv4,
  LayerDigest,
  SingleLine,
  TemplateName,
  Uuid,
  VeName,
} from './names.ts';

const onbootPolicies = ['yes', 'no', 'auto'] as const;
const restartPolicies = ['on-crash', 'never'] as const;

/** Widenings of a VE beyond the migratable profile. Each says what it costs in `featureCosts`. */
export const features = ['nesting', 'tun', 'fuse'] as const;
export const Feature = Type.Enum([...features]);
export type Feature = (typeof features)[number];

export const featureCosts: Readonly<Record<Feature, string>> = {
  nesting: 'namespaces may be created inside (containers, sandboxes); the VE can only be migrated cold',
  tun: '/dev/net/tun inside (VPNs); interfaces made inside are checked at migration',
  fuse: '/dev/fuse inside; the VE cannot be migrated live while such a file system is mounted',
};

/**
 * What of the kernel's packet filter a VE may use for itself:
 * - `full`: all of it, in its own network namespace
 * - `disabled`: nothing; no rule inside changes what happens to its packets
 */
const netfilterLevels = ['full', 'disabled'] as const;

/**
 * How the changed files of a VE are kept in the pool:
 * - `subvolume`: a btrfs subvolume; disk space is limited, copies take no time and no space
 * - `project`: a folder that the pool's ext4 or xfs counts as a project; disk space and inodes are limited, and `df` inside shows them
 * - `image`: an ext4 file system in a sparse file; disk space and inodes are limited, and `df` inside shows them
 * - `plain`: a folder; nothing is limited but by the pool
 */
export const volumeLayouts = ['subvolume', 'project', 'image', 'plain'] as const;
export type VolumeLayout = (typeof volumeLayouts)[number];

export const VolumeLayoutName = Type.Enum([...volumeLayouts], {
  description:
    'How the private area is kept: subvolume (btrfs), project (ext4 or xfs with project quotas), image (ext4 in a file) or plain (a folder)',
});

/** Linux capabilities that VE root holds within its user namespace unless dropped. */
export const defaultCapabilities = [
  'CAP_AUDIT_WRITE',
  'CAP_CHOWN',
  'CAP_DAC_OVERRIDE',
  'CAP_DAC_READ_SEARCH',
  'CAP_FOWNER',
  'CAP_FSETID',
  'CAP_IPC_LOCK',
  'CAP_IPC_OWNER',
  'CAP_KILL',
  'CAP_LEASE',
  'CAP_LINUX_IMMUTABLE',
  'CAP_MKNOD',
  'CAP_NET_ADMIN',
  'CAP_NET_BIND_SERVICE',
  'CAP_NET_BROADCAST',
  'CAP_NET_RAW',
  'CAP_SETFCAP',
  'CAP_SETGID',
  'CAP_SETPCAP',
  'CAP_SETUID',
  'CAP_SYS_ADMIN',
  'CAP_SYS_BOOT',
  'CAP_SYS_CHROOT',
  'CAP_SYS_NICE',
  'CAP_SYS_PTRACE',
  'CAP_SYS_RESOURCE',
  'CAP_SYS_TTY_CONFIG',
] as const;

/** Capabilities that may be added on demand; all of them stay confined to the VE's user namespace. */
export const grantableCapabilities = [
  'CAP_AUDIT_CONTROL',
  'CAP_SYS_PACCT',
  'CAP_SYSLOG',
  'CAP_WAKE_ALARM',
] as const;

/** The ids of a VE end before 4,294,967,295: that is (uid_t) -1, which stands for nobody. */
export const lastIdBase = 4_294_836_224;

const Dns = Type.Object(
  {
    servers: Type.Array(Ipv4, {
      maxItems: 8,
      uniqueItems: true,
      description: 'Name servers; empty: those of the node',
    }),
    search: Type.Array(Hostname, { maxItems: 6, uniqueItems: true, description: 'Search domains' }),
  },
  { additionalProperties: false },
);

/** The part of a VE that its administrator chooses and may change. */
export const VeSettings = Type.Object(
  {
    description: SingleLine(1024, 'What the VE is for'),
    hostname: Hostname,
    dns: Dns,
    parameters: ParameterValues,
    onboot: Type.Enum([...onbootPolicies], {
      description: 'Start with the node: yes, no, or auto (if it ran when the node went down)',
    }),
    bootorder: Type.Integer({
      minimum: 0,
      maximum: 1_000_000,
      description: 'Start order with the node: higher starts earlier',
    }),
    stopTimeout: Type.Integer({
      minimum: 0,
      maximum: 3600,
      description: 'Seconds that init gets to stop before it is killed',
    }),
    restartPolicy: Type.Enum([...restartPolicies], { description: 'What to do when init crashes' }),
    features: Type.Array(Feature, {
      uniqueItems: true,
      maxItems: features.length,
      description: 'Widenings of the migratable profile',
    }),
    capabilities: Type.Object(
      {
        add: Type.Array(Type.Enum([...grantableCapabilities]), { uniqueItems: true, maxItems: 64 }),
        drop: Type.Array(Type.Enum([...defaultCapabilities]), { uniqueItems: true, maxItems: 64 }),
      },
      { additionalProperties: false, description: 'Capabilities beyond, or taken from, the default set' },
    ),
    groups: Type.Array(GroupName, {
      uniqueItems: true,
      maxItems: 32,
      description: 'Groups that the VE is in: firewall rules and the policy between VEs go by them',
    }),
    forwards: Type.Array(
      Type.String({
        pattern: '^(?:tcp|udp):[1-9][0-9]{0,4}(?:-[1-9][0-9]{0,4})?(?::[1-9][0-9]{0,4})?$',
        description: 'PROTOCOL:PORT[-LAST][:PORT OF THE VE]',
        examples: ['tcp:8080:80', 'udp:5000-5010'],
      }),
      {
        uniqueItems: true,
        maxItems: 64,
        description:
          'Ports of the node that lead to the first address of the VE: PROTOCOL:PORT[-LAST][:PORT]',
      },
    ),
    rates: Type.Array(
      Type.String({
        pattern: '^(?:in|out):[0-9]{1,2}:[0-9]{1,9}(?::[0-9]{1,9})?$',
        description: 'DIRECTION:CLASS:KBIT[:CEIL]',
        examples: ['out:1:10000', 'in:1:10000:50000'],
      }),
      {
        uniqueItems: true,
        maxItems: 30,
        description:
          'Rates by direction and network class, in 1000 bits a second: DIRECTION:CLASS:KBIT[:CEIL]',
      },
    ),
    ratebound: Type.Boolean({ description: 'Rates are bounds, too: no ceil counts' }),
    netfilter: Type.Enum([...netfilterLevels], {
      description:
        'What of nftables and iptables the VE may use: full or disabled; counts from its next start on',
    }),
    apiAccess: Type.Boolean({ description: 'May reach the management API of the node over the network' }),
    optimizeOnStop: Type.Boolean({
      description: 'Look for files that are stored already whenever it has stopped, as `optimize` does',
    }),
    protected: Type.Boolean({ description: 'Refuse destroy' }),
    userData: Type.Record(
      Type.String({ pattern: '^[A-Za-z0-9._/-]{1,64}$' }),
      Type.String({ maxLength: 4096 }),
      {
        additionalProperties: false,
        maxProperties: 64,
        description: 'Own keys and values, kept and never read by Insula',
      },
    ),
  },
  { additionalProperties: false },
);
export type VeSettings = Static<typeof VeSettings>;

/** What `ve.json` holds: everything about a VE that is not the content of its files. */
export const VeSpec = Type.Object(
  {
    format: Type.Literal(1, { description: 'Format of this file' }),
    uuid: Uuid,
    ctid: Ctid,
    name: VeName,
    createdAt: Type.String({ description: 'ISO 8601, UTC' }),
    template: Type.Object({ name: TemplateName, version: Type.String() }, { additionalProperties: false }),
    idBase: Type.Integer({
      minimum: 65_536,
      maximum: lastIdBase,
      multipleOf: 65_536,
      description: 'First host uid and gid of the 65,536 that belong to the VE',
    }),
    addresses: Type.Array(Address, { maxItems: 64, uniqueItems: true, description: 'Its addresses' }),
    interfaces: Type.Array(NetworkInterface, {
      maxItems: mostInterfaces,
      description: 'Its interfaces beside the routed link',
    }),
    layout: VolumeLayoutName,
    layers: Type.Array(LayerDigest, {
      maxItems: 64,
      description:
        'Layers of its own between its changed files and its template, the topmost first: what `optimize` found stored already',
    }),
    applications: Type.Optional(
      Type.Array(
        Type.Object(
          {
            name: ApplicationName,
            settings: Type.Record(Type.String(), Type.String()),
            addedAt: Type.String({ description: 'ISO 8601, UTC' }),
          },
          { additionalProperties: false },
        ),
        { maxItems: 64, description: 'Applications that were added to it' },
      ),
    ),
    ...VeSettings.properties,
  },
  { additionalProperties: false, $id: 'VeSpec', description: 'A VE as it is written in ve.json' },
);
export type VeSpec = Static<typeof VeSpec>;
