/** Passwords as systems keep them: crypt(5). */
export interface Crypt {
  /**
   * Hashes a password under a setting, which may be a whole hash; a password is right when its hash is the one it was hashed under. Takes
   * as long as the setting says, away from the event loop. Null for a setting that the library does not know.
   */
  hash(password: string, setting: string): Promise<string | null>;
}
