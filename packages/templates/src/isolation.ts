/**
 * Wraps a command of a build so that it lives in namespaces of its own and never longer than this process: when the daemon dies,
 * even by SIGKILL, so does setpriv's child; when that dies, the kernel ends the whole pid namespace and its mounts go.
 * flock keeps builds that share a cache apart, and it is what a SIGTERM ends: unshare itself blocks that signal.
 */
export function isolated(
  lockFile: string,
  options: readonly string[],
  command: readonly string[],
): readonly string[] {
  const bound = ['setpriv', '--pdeathsig', 'KILL'];
  const namespaces = ['unshare', '--pid', '--fork', '--kill-child', '--mount', '--ipc', '--uts'];
  return [...bound, 'flock', lockFile, ...bound, ...namespaces, ...options, '--', ...command];
}
