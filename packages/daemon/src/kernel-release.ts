/** Whether a kernel release such as `6.12.43-amd64` is at least major.minor. */
export function kernelAtLeast(release: string, major: number, minor: number): boolean {
  const [, first = '0', second = '0'] = /^(\d+)\.(\d+)/.exec(release) ?? [];
  return Number(first) > major || (Number(first) === major && Number(second) >= minor);
}
