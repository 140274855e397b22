import { type Static, Type } from 'typebox';
import { AcmeConfig } from './acme-config.ts';
import { DeviceName } from './interfaces.ts';
import { AbsolutePath, Ipv4, PoolName } from './names.ts';
import { LdapConfig, OidcConfig } from './realm-config.ts';
import { volumeLayouts } from './ve-spec.ts';

const Cidr = Type.String({ pattern: '^[0-9.]+/(?:[89]|[12][0-9]|30)$' });

/** First and last address with a dash between them, a prefix, or one address; of either family. */
const AddressRange = Type.String({ pattern: '^[0-9a-fA-F.:]{2,39}(?:-[0-9a-fA-F.:]{2,39}|/[0-9]{1,3})?$' });

const AddressPool = Type.Object(
  {
    name: PoolName,
    prefix: Type.String({
      pattern: '^[0-9a-fA-F.:]{2,39}/[0-9]{1,3}$',
      description: 'Prefix that the addresses lie in, IPv4 or IPv6',
    }),
    ranges: Type.Array(AddressRange, {
      default: [],
      maxItems: 256,
      description: 'Parts of the prefix that VEs may have; none: all of it',
    }),
    exclude: Type.Array(AddressRange, { default: [], maxItems: 256, description: 'What no VE may have' }),
    reserve: Type.Array(AddressRange, {
      default: [],
      maxItems: 256,
      description: 'What a VE gets only when it is named',
    }),
    automatic: Type.Boolean({ default: true, description: 'New VEs get an address from it without asking' }),
    nat: Type.Optional(
      Type.Boolean({
        description:
          'Masquerade what leaves the node; without it: as the node does, for private prefixes only',
      }),
    ),
  },
  { additionalProperties: false },
);

/** The configuration of one node. Nothing is shared between two nodes on one machine but what they name alike here. */
export const NodeConfig = Type.Object(
  {
    name: Type.String({ pattern: '^[a-z0-9][a-z0-9-]{0,31}$', default: 'node1' }),
    stateDir: Type.String({ ...AbsolutePath, default: '/var/lib/insula' }),
    runDir: Type.String({
      ...AbsolutePath,
      maxLength: 60,
      default: '/run/insula',
      description: 'Short: sockets live below it',
    }),
    pool: Type.String({ ...AbsolutePath, default: '/var/lib/insula/pool' }),
    imageQuotas: Type.Boolean({
      description:
        'Experimental: new images keep quotas of users and groups, where the kernel can; a node whose kernel cannot mounts no such image',
      default: false,
    }),
    poolImage: Type.Optional(
      Type.Object(
        {
          path: AbsolutePath,
          sizeBytes: Type.Integer({ minimum: 1_073_741_824, maximum: 2 ** 50, multipleOf: 4096 }),
        },
        {
          additionalProperties: false,
          description:
            'A file with a btrfs file system for the pool, made where it is missing: for hosts that have no btrfs',
        },
      ),
    ),
    layout: Type.Enum(['auto', ...volumeLayouts], {
      default: 'auto',
      description: 'Layout of new private areas; auto: subvolume where the pool is on btrfs, else plain',
    }),
    templatesDir: Type.String({
      ...AbsolutePath,
      default: '/etc/insula/templates',
      description: "The administrator's own definitions",
    }),
    criuDir: Type.String({
      ...AbsolutePath,
      default: '/usr/local/lib/insula/criu/bin',
      description: "Directory of the program criu, searched before the system's own",
    }),
    lxcfs: Type.String({
      ...AbsolutePath,
      default: '/var/lib/lxcfs',
      description: 'Where lxcfs is mounted, through which VEs see their own memory and processors',
    }),
    cgroupParent: Type.String({ pattern: '^[a-z0-9][a-z0-9_-]{0,31}$', default: 'insula' }),
    interfacePrefix: Type.String({
      pattern: '^[a-z][a-z0-9]{0,5}$',
      default: 'ins',
      description: 'Host interface = prefix + CTID',
    }),
    idRange: Type.Object(
      {
        first: Type.Integer({
          minimum: 65_536,
          maximum: 4_294_836_224,
          multipleOf: 65_536,
          default: 1_879_048_192,
        }),
        count: Type.Integer({
          minimum: 1,
          maximum: 60_000,
          default: 4000,
          description: 'Ranges of 65,536 ids',
        }),
      },
      { additionalProperties: false, default: {} },
    ),
    network: Type.Object(
      {
        pool: Type.String({ ...Cidr, default: '10.101.0.0/16' }),
        gateway: Type.String({
          ...Ipv4,
          default: '169.254.101.1',
          description: 'Link-local address that VEs route through',
        }),
        gateway6: Type.String({
          pattern: '^fe80::[0-9a-f:]{1,19}$',
          default: 'fe80::1',
          description: 'Link-local address that VEs route IPv6 through',
        }),
        pools: Type.Array(AddressPool, {
          default: [],
          maxItems: 64,
          description: 'Address pools beside the first, which is called "default"',
        }),
        classes: Type.Array(
          Type.Object(
            {
              class: Type.Integer({ minimum: 0, maximum: 15 }),
              prefixes: Type.Array(Type.String({ pattern: '^[0-9a-fA-F.:]{2,39}/[0-9]{1,3}$' }), {
                maxItems: 1024,
              }),
            },
            { additionalProperties: false },
          ),
          {
            default: [],
            maxItems: 16,
            description:
              'Network classes, by which traffic is counted: 0 is not counted, 1 is all that no other class says; the smallest prefix counts',
          },
        ),
        totalRates: Type.Array(
          Type.Object(
            {
              device: Type.String({
                pattern: '^[A-Za-z0-9][A-Za-z0-9._-]{0,14}$',
                description: 'Device of the node',
              }),
              direction: Type.Enum(['in', 'out'], { description: 'To VEs, or from them' }),
              kbit: Type.Integer({ minimum: 8, maximum: 100_000_000, description: '1000 bits a second' }),
            },
            { additionalProperties: false },
          ),
          {
            default: [],
            maxItems: 32,
            description: 'What all VEs together may send or receive through a device',
          },
        ),
        rateMpu: Type.Integer({
          minimum: 0,
          maximum: 65_535,
          default: 0,
          description:
            'Bytes that the smallest packet counts for in rates of VEs, which bounds packets a second',
        }),
        attachable: Type.Object(
          {
            bridges: Type.Array(DeviceName, { default: [], maxItems: 256, description: 'Bridges' }),
            parents: Type.Array(DeviceName, {
              default: [],
              maxItems: 256,
              description: 'Devices that macvlan devices may be made below',
            }),
            devices: Type.Array(DeviceName, {
              default: [],
              maxItems: 256,
              description: 'Devices that may be handed to a VE as they are',
            }),
          },
          {
            additionalProperties: false,
            default: {},
            description: 'Devices of the node that interfaces of VEs may be joined to',
          },
        ),
        apiPorts: Type.Array(Type.Integer({ minimum: 1, maximum: 65_535 }), {
          default: [],
          maxItems: 16,
          description: 'TCP ports of the management API: only VEs with apiAccess reach them on the node',
        }),
        nat: Type.Boolean({ default: true, description: 'Masquerade what leaves the node' }),
        table: Type.String({
          pattern: '^[a-z][a-z0-9_]{0,31}$',
          default: 'insula',
          description: 'nftables table',
        }),
        names: Type.Object(
          {
            enabled: Type.Boolean({
              default: false,
              description: 'VEs ask the node for names: dnsmasq answers them, on the address of the gateway',
            }),
            domain: Type.String({
              pattern: '^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?(?:\\.[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?)*$',
              maxLength: 50,
              default: 'insula.internal',
              description: 'VEs are called by their name in this domain',
            }),
          },
          { additionalProperties: false, default: {}, description: 'Names of VEs for each other' },
        ),
        dns: Type.Array(Ipv4, { default: [], description: "Name servers for VEs; empty: the node's own" }),
      },
      { additionalProperties: false, default: {} },
    ),
    reserve: Type.Object(
      {
        memoryPercent: Type.Integer({ minimum: 0, maximum: 90, default: 5, description: 'At least 256 MiB' }),
        cpuPercent: Type.Integer({ minimum: 0, maximum: 90, default: 5 }),
      },
      {
        additionalProperties: false,
        default: {},
        description: 'What the node keeps for itself and never promises to VEs',
      },
    ),
    autostart: Type.Object(
      { parallel: Type.Integer({ minimum: 1, maximum: 64, default: 4 }) },
      { additionalProperties: false, default: {} },
    ),
    link: Type.Object(
      {
        address: Type.String({
          pattern: '^[0-9a-fA-F.:]{2,45}$',
          default: '::',
          description: 'Where other nodes are listened to',
        }),
        port: Type.Integer({ minimum: 0, maximum: 65_535, default: 4434, description: '0: not at all' }),
      },
      { additionalProperties: false, default: {}, description: 'The link between nodes, for migration' },
    ),
    monitoring: Type.Object(
      {
        intervalSeconds: Type.Integer({
          minimum: 1,
          maximum: 300,
          default: 10,
          description: 'Seconds between two samples',
        }),
        address: Type.String({
          pattern: '^[0-9a-fA-F.:]{2,45}$',
          default: '127.0.0.1',
          description: 'Where Prometheus is answered. Whoever reaches it reads it: there is no password',
        }),
        port: Type.Integer({ minimum: 0, maximum: 65_535, default: 0, description: '0: not at all' }),
      },
      { additionalProperties: false, default: {}, description: 'Samples, and the metrics for Prometheus' },
    ),
    api: Type.Object(
      {
        address: Type.String({
          pattern: '^[0-9a-fA-F.:]{2,45}$',
          default: '::',
          description: 'Where the API is served over TLS',
        }),
        port: Type.Integer({ minimum: 0, maximum: 65_535, default: 4648, description: '0: not at all' }),
        redirectPort: Type.Integer({
          minimum: 0,
          maximum: 65_535,
          default: 0,
          description: 'Port that sends HTTP to HTTPS; 0: none',
        }),
        names: Type.Array(Type.String({ pattern: '^[A-Za-z0-9.:-]{1,253}$' }), {
          default: [],
          maxItems: 64,
          description: 'Further names and addresses that clients know the node by',
        }),
        web: Type.Optional(
          Type.Union([AbsolutePath], {
            description: 'Directory of the web app; without it: the one that comes with Insula',
          }),
        ),
        certificate: Type.Optional(
          Type.Object(
            { certificate: AbsolutePath, key: AbsolutePath },
            {
              additionalProperties: false,
              description: 'PEM files of a certificate of your own, with its chain; else the node makes one',
            },
          ),
        ),
        acme: Type.Optional(AcmeConfig),
        oidc: Type.Optional(OidcConfig),
        ldap: Type.Optional(LdapConfig),
      },
      { additionalProperties: false, default: {}, description: 'The API over TLS, for callers elsewhere' },
    ),
    mail: Type.Optional(
      Type.Object(
        {
          host: Type.String({ pattern: '^[A-Za-z0-9.:-]{1,253}$', description: 'SMTP server' }),
          port: Type.Integer({ minimum: 1, maximum: 65_535, default: 25 }),
          security: Type.Enum(['none', 'starttls', 'tls'], {
            default: 'starttls',
            description: 'none: nothing is encrypted; tls: from the first byte on',
          }),
          user: Type.Optional(Type.String({ minLength: 1, maxLength: 256 })),
          password: Type.Optional(Type.String({ minLength: 1, maxLength: 1024 })),
          from: Type.String({
            pattern: '^[^\\s@<>]+@[^\\s@<>]+$',
            maxLength: 254,
            description: 'Address that e-mail comes from',
          }),
        },
        { additionalProperties: false, description: 'How e-mail is sent; without it there is none' },
      ),
    ),
    migration: Type.Object(
      {
        rounds: Type.Boolean({
          default: false,
          description:
            'Memory goes to the other node in rounds, where the kernel tells which pages were written to. Not proved yet on all hosts',
        }),
      },
      { additionalProperties: false, default: {}, description: 'How VEs go to other nodes' },
    ),
    consoleLogBytes: Type.Integer({ minimum: 65_536, maximum: 1_073_741_824, default: 1_048_576 }),
  },
  { additionalProperties: false, $id: 'NodeConfig' },
);
export type NodeConfig = Static<typeof NodeConfig>;
