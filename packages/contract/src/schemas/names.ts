import { Type } from 'typebox';

/** First and last CTID. 1–100 are reserved, as they always were; the last fits an interface name. */
export const firstCtid = 101;
export const lastCtid = 999_999;

/** A VE's name: letters, digits, `.`, `_` and `-`; not digits alone (that is a CTID), no `..`. At most 63 characters. */
export const veNamePattern = '^(?![0-9]+$)(?!.*\\.\\.)[A-Za-z0-9](?:[A-Za-z0-9._-]{0,61}[A-Za-z0-9])?$';

export const VeName = Type.String({
  pattern: veNamePattern,
  maxLength: 63,
  description:
    'Unique name: letters, digits, ".", "_", "-"; begins and ends with a letter or digit; not digits alone',
  examples: ['web1'],
});

/** How a call names a VE: CTID, name or UUID. */
export const VeReference = Type.String({
  minLength: 1,
  maxLength: 63,
  pattern: '^[A-Za-z0-9._-]+$',
  description: 'CTID, name or UUID of a VE',
  examples: ['web1', '101'],
});

export const Uuid = Type.String({
  pattern: '^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$',
  description: 'UUID in lower case',
});

export const Ctid = Type.Integer({
  minimum: firstCtid,
  maximum: lastCtid,
  description: 'Numeric id of a VE, from 101',
});

/** A host name of RFC 1123: dot-separated labels of at most 63 characters, 253 in all. */
export const Hostname = Type.String({
  pattern:
    '^[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?(?:\\.[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?)*$',
  maxLength: 253,
  description: 'Host name inside the VE (RFC 1123)',
  examples: ['web1.example.org'],
});

export const TemplateName = Type.String({
  pattern: '^[a-z0-9](?:[a-z0-9.-]{0,61}[a-z0-9])?$',
  maxLength: 63,
  description: 'Name of a template',
  examples: ['debian-12'],
});

/** `NAME` or `NAME@VERSION`. */
export const TemplateReference = Type.String({
  pattern: '^[a-z0-9](?:[a-z0-9.-]{0,61}[a-z0-9])?(?:@[0-9A-Za-z.]{1,32})?$',
  maxLength: 96,
  description:
    'Template, optionally with a version: debian-12 or debian-12@20261121.1; without one the newest',
  examples: ['debian-12'],
});

/** 0–255 without leading zeros, which some programs read as octal. */
const octet = '(?:25[0-5]|2[0-4][0-9]|1[0-9][0-9]|[1-9]?[0-9])';

export const Ipv4 = Type.String({
  pattern: `^(?:${octet}\\.){3}${octet}$`,
  description: 'IPv4 address',
  examples: ['10.101.0.5'],
});

/** An IPv4 or IPv6 address as text; whether it is one is checked where pools are known, and IPv6 must be written in its shortest form. */
const addressPattern = `(?:${octet}\\.){3}${octet}|[0-9a-f:]{2,39}`;

export const Address = Type.String({
  pattern: `^(?:${addressPattern})$`,
  description: 'IPv4 or IPv6 address',
  examples: ['10.101.0.5', 'fd00:101::5'],
});

export const PoolName = Type.String({
  pattern: '^[a-z][a-z0-9-]{0,31}$',
  description: 'Name of an address pool',
  examples: ['public'],
});

/** A group of VEs, which exists as long as a VE is in it. */
export const GroupName = Type.String({
  pattern: '^[a-z][a-z0-9-]{0,30}$',
  description: 'Name of a group of VEs',
  examples: ['web'],
});

/** An address of a pool, or `pool:NAME` for the next free one of it. */
export const AddressWish = Type.String({
  pattern: `^(?:${addressPattern}|pool:[a-z][a-z0-9-]{0,31})$`,
  maxLength: 64,
  description: 'Address, or pool:NAME for the next free one of that pool',
  examples: ['10.101.0.5', 'fd00:101::5', 'pool:public'],
});

/** Text shown to people: one line, no control characters. */
export const SingleLine = (maxLength: number, description: string) =>
  Type.String({ maxLength, pattern: '^[^\\u0000-\\u001f\\u007f]*$', description });

/** Identity of a layer: the digest of its manifest. */
export const LayerDigest = Type.String({
  pattern: '^sha256:[0-9a-f]{64}$',
  description: 'Identity of a layer',
});

export const ApplicationName = Type.String({
  pattern: '^[a-z0-9](?:[a-z0-9-]{0,30}[a-z0-9])?$',
  maxLength: 32,
  description: 'Name of an application',
  examples: ['nginx'],
});

/** Of a file of the node. */
export const AbsolutePath = Type.String({ pattern: '^/[^\\u0000]*$', maxLength: 200 });
