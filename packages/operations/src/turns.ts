/** Work that is done one after another, in the order in which it was asked for, whether what came before succeeded or not. */
export class Turns {
  #last: Promise<unknown> = Promise.resolve();

  /** Does the work once everything before it has ended. @throws what the work throws */
  async take<Result>(work: () => Promise<Result>): Promise<Result> {
    const turn = this.#last.then(work);
    this.#last = turn.catch(() => undefined);
    return await turn;
  }
}
