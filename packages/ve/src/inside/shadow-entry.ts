/**
 * The text of /etc/shadow (shadow(5)) in which an account has another hash, set on a day (counted from 1970). The other fields stay as they are.
 * @returns null when there is no such account
 */
export function withPassword(
  text: string,
  { account, hash, day }: { readonly account: string; readonly hash: string; readonly day: number },
): string | null {
  let isThere = false;
  const lines = text.split('\n').map((line) => {
    const [name, , , ...rest] = line.split(':');
    if (isThere || name !== account || !line.includes(':')) return line;
    isThere = true;
    return [name, hash, String(day), ...rest].join(':');
  });
  return isThere ? lines.join('\n') : null;
}
