/**
 * The database of history, beside that of operations: it is large, written all the time, and may be lost. Points lie by their
 * time, so that what is written at once lies side by side; `ticks` has the times there are, to find those of one series by.
 */
export const historySchema: readonly string[] = [
  `CREATE TABLE series (id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE) STRICT;
   CREATE TABLE layouts (id INTEGER PRIMARY KEY, metrics TEXT NOT NULL UNIQUE) STRICT;
   CREATE TABLE ticks (level INTEGER NOT NULL, at INTEGER NOT NULL, PRIMARY KEY (level, at)) STRICT, WITHOUT ROWID;
   CREATE TABLE points (
     level INTEGER NOT NULL,
     at INTEGER NOT NULL,
     series INTEGER NOT NULL,
     layout INTEGER NOT NULL,
     samples INTEGER NOT NULL,
     data BLOB NOT NULL,
     PRIMARY KEY (level, at, series)
   ) STRICT, WITHOUT ROWID;`,
];
