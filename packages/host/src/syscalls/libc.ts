import koffi from 'koffi';
import { SystemError } from './system-error.ts';

export type CallArgument = number | string | Uint8Array | null | readonly (string | null)[];

export interface CallContext {
  /** The path the error should name. */
  readonly path?: string;
}

export interface SystemCall {
  /** For calls that answer at once. @throws SystemError */
  now(args: readonly CallArgument[], context?: CallContext): number;
  /** For calls that may wait for a disk or for other processes: runs on a worker thread. @throws SystemError */
  later(args: readonly CallArgument[], context?: CallContext): Promise<number>;
}

interface NativeFunction {
  (...args: readonly CallArgument[]): number;
  async(...args: readonly unknown[]): void;
}

const errnoNames: ReadonlyMap<number, string> = new Map(
  Object.entries(koffi.os.errno)
    // two names of one number: keep the one everybody uses
    .filter(([name]) => name !== 'EWOULDBLOCK' && name !== 'ENOTSUP')
    .map(([name, number]) => [number, name]),
);

const systemError = (syscall: string, errno: number, context: CallContext): SystemError =>
  new SystemError({
    code: errnoNames.get(errno) ?? `errno ${errno}`,
    errno,
    syscall,
    ...(context.path === undefined ? {} : { path: context.path }),
  });

const libc = koffi.load('libc.so.6');

const wrap = (name: string, native: NativeFunction, prefix: readonly number[]): SystemCall => ({
  now: (args, context = {}) => {
    const result = native(...prefix, ...args);
    if (result === -1) throw systemError(name, koffi.errno(), context);
    return result;
  },
  later: async (args, context = {}) =>
    await new Promise<number>((resolve, reject) => {
      native.async(...prefix, ...args, (failure: Error | null, result: number) => {
        // koffi ≥ 3.2 carries the worker thread's errno into the callback; it must be read before anything else runs
        const errno = koffi.errno();
        if (failure !== null) reject(failure);
        else if (result === -1) reject(systemError(name, errno, context));
        else resolve(result);
      });
    }),
});

/** A function of the C library that returns -1 and sets errno on failure. Types are koffi's: 'int', 'str', 'void *'… */
export const libraryCall = (name: string, argumentTypes: readonly string[]): SystemCall =>
  wrap(name, libc.func(name, 'int', [...argumentTypes]) as unknown as NativeFunction, []);

/** A function of the C library that returns 0 or an error number. @throws SystemError */
export const errnoCall = (
  name: string,
  argumentTypes: readonly string[],
): ((args: readonly CallArgument[], context?: CallContext) => void) => {
  const native = libc.func(name, 'int', [...argumentTypes]) as unknown as NativeFunction;
  return (args, context = {}) => {
    const errno = native(...args);
    if (errno !== 0) throw systemError(name, errno, context);
  };
};

/**
 * A system call by number, for those the C library has no wrapper for. `syscall(3)` is variadic, but takes integers and pointers
 * only, which x86_64 and arm64 pass to variadic and fixed functions alike; a fixed prototype is what koffi can call asynchronously.
 */
export const numberedCall = (name: string, number: number, argumentTypes: readonly string[]): SystemCall =>
  wrap(name, libc.func('syscall', 'long', ['long', ...argumentTypes]) as unknown as NativeFunction, [number]);
