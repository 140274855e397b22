import koffi from 'koffi';

/** Bytes of libxcrypt's struct crypt_data (crypt.h), and of the longest password it takes. */
const dataBytes = 32_768;
const longestPassword = 511;

/** libxcrypt is called 1 where programs of old glibc are still served (Debian, Ubuntu), else 2 (Fedora, Arch). */
const names = ['libcrypt.so.1', 'libcrypt.so.2'] as const;

interface CryptFunction {
  async(
    password: string,
    setting: string,
    data: Buffer,
    bytes: number,
    answer: (failure: Error | null, hash: string | null) => void,
  ): void;
}

let loaded: CryptFunction | undefined;

/** Loaded when it is first needed: a node whose owners do not log in does without. @throws Error where there is none */
function load(): CryptFunction {
  const failures: unknown[] = [];
  for (const name of names) {
    try {
      return koffi
        .load(name)
        .func('crypt_rn', 'str', ['str', 'str', 'void *', 'int']) as unknown as CryptFunction;
    } catch (error) {
      failures.push(error);
    }
  }
  throw new AggregateError(failures, 'no libcrypt');
}

/** crypt_rn(3) on a worker thread. Null for a setting, or a password, that it does not take. */
export async function cryptPassword(password: string, setting: string): Promise<string | null> {
  const isTaken = !`${password}${setting}`.includes('\0') && Buffer.byteLength(password) <= longestPassword;
  if (!isTaken) return null;
  loaded ??= load();
  const call = loaded;
  return await new Promise((resolve, reject) => {
    call.async(password, setting, Buffer.alloc(dataBytes), dataBytes, (failure, hash) => {
      if (failure === null) resolve(hash);
      else reject(failure);
    });
  });
}
