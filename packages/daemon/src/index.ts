export { AlertStore } from './store/alert-store.ts';
export { openDatabase } from './store/database.ts';
export { historySchema } from './store/history-schema.ts';
export { SqliteHistory } from './store/history-store.ts';
export { SqliteUsage } from './store/usage-store.ts';
