/** For fields of names, paths and numbers: no words of a language, and nothing that a browser should complete or begin with a capital. */
export const plainInput = { autoComplete: 'off', autoCapitalize: 'none', spellCheck: false } as const;
