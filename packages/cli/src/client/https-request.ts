import { request } from 'node:https';

/** A module of its own, so that TLS is loaded by those commands alone that need it. */
export const httpsRequest = request;
