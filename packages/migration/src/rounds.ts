/** Bytes that take longer to be looked for once more than to be sent while the VE stands still. */
const fewBytes = 4_194_304;

/** Rounds after which a VE that goes on writing is not followed any longer. */
const mostRounds = 8;

/** A round that is no smaller than this part of the one before shows that memory changes as fast as it is sent. */
const shrinkage = 0.9;

/**
 * Whether another round shortens the time that a VE stands still: the stop rules of CRIU's p.haul.
 * @param sent bytes of memory of each round until now
 */
export function needsRound(sent: readonly number[]): boolean {
  const [before, last] = [sent.at(-2), sent.at(-1)];
  if (last === undefined) return true;
  if (last <= fewBytes || sent.length >= mostRounds) return false;
  return before === undefined || last < shrinkage * before;
}
