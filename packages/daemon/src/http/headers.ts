/** Headers of every answer: it is data for programs, never a page, and nobody in between keeps it. */
export const securityHeaders = {
  'cache-control': 'no-store',
  'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
  'cross-origin-resource-policy': 'same-origin',
  'referrer-policy': 'no-referrer',
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'DENY',
} as const;

/** A year in which browsers ask over TLS only (RFC 6797). */
export const strictTransport = { 'strict-transport-security': 'max-age=31536000' } as const;
