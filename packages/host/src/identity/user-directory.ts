/** A directory of users, and how it is asked. */
export interface DirectorySettings {
  readonly url: string;
  readonly bindDn?: string | undefined;
  readonly bindPassword?: string | undefined;
  readonly base: string;
  readonly filter: string;
  readonly nameAttribute: string;
  readonly fullNameAttribute: string;
  readonly groups?:
    | { readonly base: string; readonly memberAttribute: string; readonly nameAttribute: string }
    | undefined;
}

export interface DirectoryPerson {
  /** Stays when the person is renamed or moved. */
  readonly subject: string;
  readonly name: string;
  readonly fullName: string;
  /** null when nobody asks for groups. */
  readonly groups: readonly string[] | null;
}

/** A directory that knows the passwords of users. */
export interface UserDirectory {
  /**
   * Who has this name and this password; null when nobody has both.
   * @throws Error when the directory does not answer, or does not let itself be asked
   */
  prove(settings: DirectorySettings, user: string, password: string): Promise<DirectoryPerson | null>;
}
