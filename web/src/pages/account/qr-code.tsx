import { encode } from 'uqr';

interface QrCodeProps {
  readonly value: string;
  readonly label: string;
  /** Pixels. */
  readonly size?: number;
}

/** A text for a camera: black on white in dark colours, too, since many apps read no other. */
export function QrCode({ value, label, size = 184 }: QrCodeProps) {
  const { data, size: modules } = encode(value, { border: 2 });
  const path = data
    .flatMap((row, y) => row.map((isBlack, x) => (isBlack ? `M${x} ${y}h1v1h-1z` : '')))
    .join('');
  return (
    <svg role="img" aria-label={label} width={size} height={size} viewBox={`0 0 ${modules} ${modules}`}>
      <rect width={modules} height={modules} fill="#fff" />
      <path d={path} fill="#000" shapeRendering="crispEdges" />
    </svg>
  );
}
