/** Put in by the build. */
declare const INSULA_VERSION: string | undefined;

export const version: string = typeof INSULA_VERSION === 'string' ? INSULA_VERSION : 'development';
