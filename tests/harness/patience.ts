/** How many times slower than usual the machine may be: an emulated one says so in INSULA_TEST_PATIENCE. */
const slowness = Number(process.env['INSULA_TEST_PATIENCE'] ?? 1);

/** Milliseconds that something may take on this machine, from those that it may take on a usual one. */
export const patient = (milliseconds: number): number => milliseconds * slowness;
