import { type ExecRequest, fault } from '@insula/contract';
import { type GuestTree, hasErrorCode, SystemError } from '@insula/host';
import { compileExecProcess } from '../oci/compile.ts';
import type { VePorts } from '../ports.ts';
import type { VeEntry } from '../registry.ts';
import { type GuestUser, resolveUser } from './users.ts';

/** A command ready to be started in a VE. */
export interface PreparedExec {
  readonly argv: readonly string[];
  /** Where runc writes the host pid of the process. */
  readonly pidFile: string;
  readonly terminal: boolean;
  /** Takes the files of this run away again. */
  cleanUp(): Promise<void>;
}

/** The largest /etc/passwd and /etc/group that are read. */
const maxDatabaseBytes = 1_048_576;

/**
 * Writes what runc needs to run a command in a running VE.
 * @throws CodedError user_not_found; exec_failed when its init has ended
 */
export async function prepareExec(
  ports: Pick<
    VePorts,
    'execRoom' | 'files' | 'groups' | 'guestTrees' | 'processes' | 'run' | 'runc' | 'processLimits'
  >,
  entry: VeEntry,
  request: ExecRequest,
  id: string,
): Promise<PreparedExec> {
  const { spec } = entry;
  const user = await findUser(ports, entry, request.user ?? '0');
  const login = request.command.length === 0;
  const settings = {
    args: login ? [user.shell, '-l'] : request.command,
    env: { HOME: user.home, USER: user.name, LOGNAME: user.name, SHELL: user.shell, ...request.env },
    cwd: request.cwd ?? (login ? user.home : '/'),
    user: { uid: user.uid, gid: user.gid, additionalGids: user.additionalGids },
    terminal: request.terminal ?? null,
  };
  const process = compileExecProcess(spec, settings, ports.processLimits);
  const dir = ports.run.ve(spec.uuid).execs;
  const processFile = `${dir}/${id}.json`;
  const pidFile = `${dir}/${id}.pid`;
  await ports.files.makeDir(dir);
  await ports.files.writeAtomic(processFile, JSON.stringify(process), { durable: false });
  const terminal = process.terminal;
  const giveRoomBack = await ports.execRoom.make(
    ports.groups.outer(spec.ctid),
    async () => await ports.files.exists(pidFile),
  );
  return {
    argv: ports.runc.execArgv({
      id: spec.uuid,
      processFile,
      pidFile,
      tty: terminal,
      init: entry.runtime.init?.pid ?? null,
    }),
    pidFile,
    terminal,
    async cleanUp() {
      await giveRoomBack();
      await ports.files.removeFile(processFile);
      await ports.files.removeFile(pidFile);
    },
  };
}

async function findUser(
  { guestTrees, processes }: Pick<VePorts, 'guestTrees' | 'processes'>,
  { spec, runtime: { init } }: VeEntry,
  reference: string,
): Promise<GuestUser> {
  const gone = () => fault('exec_failed', { ve: spec.name, problem: 'its init has ended' });
  if (init === null) throw gone();
  try {
    // The root as the VE's own init sees it: mounts made inside count.
    return await guestTrees.within(`/proc/${init.pid}/root`, async (tree) => {
      // Had init ended before its root was opened, another process could have its pid by now.
      if (!(await processes.isAlive(init))) throw gone();
      const [passwd, group] = [
        await readDatabase(tree, '/etc/passwd'),
        await readDatabase(tree, '/etc/group'),
      ];
      return resolveUser(reference, { passwd, group }, spec.name);
    });
  } catch (error) {
    throw hasErrorCode(error, 'ENOENT') ? gone() : error;
  }
}

/** Empty for whatever is no file of a fair size: a VE cannot lock its administrator out by what it puts there. */
async function readDatabase(tree: GuestTree, path: string): Promise<string> {
  try {
    return (await tree.readTextIfExists(path, { maxBytes: maxDatabaseBytes })) ?? '';
  } catch (error) {
    if (error instanceof SystemError) return '';
    throw error;
  }
}
