import { type Static, type TSchema, Type } from 'typebox';
import { Value } from 'typebox/value';
import { BadArchive } from './tar-header.ts';

/** One layer of an image: a file below the image's directory, and what its content must be. */
export interface ImageLayer {
  readonly path: string;
  /** SHA-256 of the file, in hexadecimal; null where only the file's name vouches for it. */
  readonly sha256: string | null;
}

/** Reads a text file of an image by its path below the image's directory. */
export type ReadText = (path: string) => Promise<string>;

const Digest = Type.String({ pattern: '^sha256:[0-9a-f]{64}$' });
const Descriptor = Type.Object({
  mediaType: Type.Optional(Type.String()),
  digest: Digest,
  platform: Type.Optional(Type.Object({ architecture: Type.String(), os: Type.String() })),
  annotations: Type.Optional(Type.Record(Type.String(), Type.String())),
});
type Descriptor = Static<typeof Descriptor>;

const Index = Type.Object({ manifests: Type.Array(Descriptor, { maxItems: 1000 }) });
const Manifest = Type.Object({ layers: Type.Array(Descriptor, { maxItems: 1000 }) });
const SavedImages = Type.Array(
  Type.Object({
    Layers: Type.Array(Type.String({ pattern: '^(?!.*\\.\\.)[A-Za-z0-9][A-Za-z0-9._/-]*$' }), {
      maxItems: 1000,
    }),
  }),
  { minItems: 1, maxItems: 1000 },
);

export interface Wanted {
  /** Name within the layout; null where it has one image only. */
  readonly tag: string | null;
  /** As images name it: amd64, arm64… */
  readonly architecture: string;
}

const indexTypes = [
  'application/vnd.oci.image.index.v1+json',
  'application/vnd.docker.distribution.manifest.list.v2+json',
];

/** The layers of an image in an OCI layout (image-spec, image-layout.md), the lowest first. @throws BadArchive */
export async function ociLayers(read: ReadText, wanted: Wanted): Promise<readonly ImageLayer[]> {
  const { manifests } = parse(Index, await read('index.json'), 'index.json');
  const tagged = manifests.filter(
    ({ annotations }) =>
      wanted.tag === null || annotations?.['org.opencontainers.image.ref.name'] === wanted.tag,
  );
  let chosen = choose(tagged, wanted);
  if (indexTypes.includes(chosen.mediaType ?? '')) {
    const nested = parse(Index, await read(blobPath(chosen)), 'an index');
    chosen = choose(nested.manifests, wanted);
  }
  const { layers } = parse(Manifest, await read(blobPath(chosen)), 'a manifest');
  return layers.map((layer) => ({ path: blobPath(layer), sha256: hex(layer) }));
}

/** The layers of what `docker save` has written, the lowest first. @throws BadArchive */
export async function savedLayers(read: ReadText): Promise<readonly ImageLayer[]> {
  const [image, ...others] = parse(SavedImages, await read('manifest.json'), 'manifest.json');
  if (image === undefined || others.length > 0) throw new BadArchive('it holds several images');
  return image.Layers.map((path) => ({
    path,
    sha256: /^blobs\/sha256\/([0-9a-f]{64})$/.exec(path)?.[1] ?? null,
  }));
}

/** The image for a machine; one that does not say which machine it is for is for all. */
function choose(descriptors: readonly Descriptor[], { tag, architecture }: Wanted): Descriptor {
  const fitting = descriptors.filter(
    ({ platform }) =>
      platform === undefined || (platform.os === 'linux' && platform.architecture === architecture),
  );
  const exact = fitting.filter(({ platform }) => platform !== undefined);
  const [only, ...others] = exact.length > 0 ? exact : fitting;
  const what = `image${tag === null ? '' : ` ${tag}`} for linux/${architecture}`;
  if (only === undefined) throw new BadArchive(`it holds no ${what}`);
  if (others.length > 0) throw new BadArchive(`it holds more than one ${what}: name one by its tag`);
  return only;
}

const hex = ({ digest }: Descriptor): string => digest.slice('sha256:'.length);
const blobPath = (descriptor: Descriptor): string => `blobs/sha256/${hex(descriptor)}`;

function parse<Schema extends TSchema>(schema: Schema, text: string, what: string): Static<Schema> {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw new BadArchive(`${what} is no JSON`);
  }
  if (!Value.Check(schema, value)) throw new BadArchive(`${what} does not describe an image`);
  return value;
}
