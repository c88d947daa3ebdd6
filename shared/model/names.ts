/** Names that users' data hangs on. Changing one loses somebody's secrets, settings or history. */

export const APP_ID = 'app.plumbline.desktop'
export const KEYCHAIN_SERVICE = 'app.plumbline.v1'
export const APP_SCHEME = 'plumbline'
export const APP_ORIGIN = 'plumbline://main'
export const ENVIRONMENT_PREFIX = 'PLUMBLINE_'
export const DATA_FOLDER = 'plumbline'
/** Tests and development never touch a person's real data. */
export const DEVELOPMENT_DATA_FOLDER = 'plumbline-dev'
/** Stands in a comment at byte 0 of every statement of ours, with the run or query id behind it. */
export const SQL_TAG = 'plumbline:'
export const DEFAULT_ROLE_NAME = 'gx_role'

/** What `pg_stat_activity.application_name` shows while a run or a query of ours works. */
export function applicationName(run: string): string {
  return `plumbline/${run}`
}
