/** How far a build is, from 0 to 1, with a few words for people. */
export interface BuildProgress {
  readonly fraction: number;
  readonly text: string;
}

interface Stage {
  /** What mmdebstrap says when the stage begins. */
  readonly begins: RegExp;
  readonly text: string;
  /** Share of the whole up to the end of this stage. */
  readonly until: number;
  /** Lines that the stage writes for each package: fetched (unless cached), unpacked, set up. */
  readonly linesPerPackage: number;
}

const stage = (begins: RegExp, text: string, until: number, linesPerPackage = 1): Stage => ({
  begins,
  text,
  until,
  linesPerPackage,
});

const ending = [stage(/^I: cleaning package lists/, 'cleaning up', 0.99), stage(/^I: success/, 'done', 1)];

/** Shares of the time as measured: on a bootstrap of 150 packages, and on the installation of a handful. */
const stagesOf: Readonly<Record<'bootstrap' | 'install', readonly Stage[]>> = {
  bootstrap: [
    stage(/^I: running apt-get update/, 'reading package lists', 0.1),
    stage(/^I: downloading packages/, 'downloading the base system', 0.18),
    stage(/^I: extracting archives/, 'extracting the base system', 0.22),
    stage(/^I: installing essential packages/, 'installing the base system', 0.52, 2),
    stage(/^I: installing remaining packages/, 'installing packages', 0.97, 3),
    ...ending,
  ],
  install: [
    stage(/^I: running apt-get update/, 'reading package lists', 0.6),
    stage(/^I: downloading packages/, 'downloading packages', 0.8),
    stage(/^I: extracting archives/, 'extracting packages', 0.85),
    stage(/^I: installing essential packages/, 'installing packages', 0.97, 2),
    ...ending,
  ],
};

/** Reads the output of `mmdebstrap --verbose` and tells how far it is; never goes back. */
export class MmdebstrapProgress {
  readonly #stages: readonly Stage[];
  #stage = -1;
  #packages = 0;
  #lines = 0;
  #fraction = 0;

  constructor(mode: 'bootstrap' | 'install') {
    this.#stages = stagesOf[mode];
  }

  /** Feeds one line; null when nothing worth telling has changed. */
  feed(line: string): BuildProgress | null {
    const begun = this.#stages.findIndex(({ begins }) => begins.test(line));
    if (begun > this.#stage) {
      this.#stage = begun;
      this.#lines = 0;
      return this.#tell(this.#stages[begun - 1]?.until ?? 0, true);
    }
    const count = /, (\d+) newly installed,/.exec(line)?.[1];
    if (count !== undefined) this.#packages = Number(count);
    const current = this.#stages[this.#stage];
    if (current === undefined || this.#packages === 0) return null;
    if (!/^(?:Get:\d|Unpacking |Setting up )/.test(line)) return null;
    this.#lines += 1;
    const from = this.#stages[this.#stage - 1]?.until ?? 0;
    const share = Math.min(1, this.#lines / (current.linesPerPackage * this.#packages));
    return this.#tell(from + (current.until - from) * share, false);
  }

  /** In whole percents: more often is of no use to anybody. */
  #tell(fraction: number, newStage: boolean): BuildProgress | null {
    const rounded = Math.max(this.#fraction, Math.floor(fraction * 100) / 100);
    if (rounded === this.#fraction && !newStage) return null;
    this.#fraction = rounded;
    return { fraction: rounded, text: this.#stages[this.#stage]?.text ?? '' };
  }
}
