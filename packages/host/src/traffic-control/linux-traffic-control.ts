import type { CommandRunner } from '../commands/command-runner.ts';
import { namingTheLine } from '../links/linux-links.ts';
import type { TrafficControl, TrafficControlOptions } from './traffic-control.ts';

/** tc of iproute2. */
export class LinuxTrafficControl implements TrafficControl {
  readonly #commands: CommandRunner;

  constructor(ports: { readonly commands: CommandRunner }) {
    this.#commands = ports.commands;
  }

  async batch(lines: readonly string[], { signal }: TrafficControlOptions = {}): Promise<void> {
    if (lines.length === 0) return;
    const broken = lines.find((line) => line.includes('\n'));
    if (broken !== undefined) throw new TypeError(`${JSON.stringify(broken)} is more than one line`);
    const stdin = `${lines.join('\n')}\n`;
    try {
      await this.#commands.run(['tc', '-batch', '-'], { ...(signal === undefined ? {} : { signal }), stdin });
    } catch (error) {
      throw namingTheLine(error, lines);
    }
  }
}
