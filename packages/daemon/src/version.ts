declare const INSULA_VERSION: string | undefined;

/** The version of this build; a checkout that is run as it is has none. */
export const version = typeof INSULA_VERSION === 'string' ? INSULA_VERSION : 'development';
