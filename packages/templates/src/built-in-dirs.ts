/** The project's own definitions: beside the sources, or beside or above the program that they were bundled into. */
export const builtInDirs = (kind: 'definitions' | 'applications'): readonly string[] => [
  `${import.meta.dirname}/../${kind}`,
  `${import.meta.dirname}/${kind}`,
];
