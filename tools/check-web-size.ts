/** Fails when the first load of the web panel is more JavaScript than a slow line brings in a moment. */
import { firstLoad } from './build-web.ts';

/** Bytes after gzip. */
const most = 300_000;

const scripts = await firstLoad();
const total = scripts.reduce((sum, { gzipBytes }) => sum + gzipBytes, 0);
const kilobytes = (bytes: number) => `${(bytes / 1000).toFixed(1)} kB`;

console.log(`first load: ${kilobytes(total)} of JavaScript after gzip, at most ${kilobytes(most)}`);
if (total > most) {
  for (const { file, gzipBytes } of scripts) console.error(`${kilobytes(gzipBytes).padStart(9)}  ${file}`);
  console.error('load later what the first page does not show: import it where it is used');
  process.exitCode = 1;
}
