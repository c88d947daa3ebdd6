import { joinPassword, withoutSecrets } from '#parts/connection-text.ts'
import { certificatesToSend } from '#parts/protection.ts'
import type { DataSourceInput } from '#shared/model/data-source.ts'
import type { SetupDraft } from '#shared/model/setup.ts'
import type { Wizard } from './wizard-state.ts'

/** From what the wizard knows to what the services are sent. */

/** SECURITY: what is written to the disk holds no password, even while one is being typed into the connection string. */
export function draftToSave({ draft }: Wizard): SetupDraft {
  return { ...draft, connectionString: withoutSecrets(draft.connectionString) }
}

export function dataSourceInput({
  draft,
  password,
  plaintextConsent,
  passwordFromFile,
  certificates,
  certificateFiles,
}: Wizard): DataSourceInput {
  return {
    name: draft.dataSourceName.trim(),
    connectionString: joinPassword(draft.connectionString.trim(), password),
    sslmode: draft.sslmode,
    plaintextConsent,
    savePassword: draft.savePassword,
    ...(passwordFromFile ? { passwordFromFile: true } : {}),
    ...certificatesToSend({ certificates, certificateFiles }),
    environment: draft.environment,
  }
}

/**
 * `store-first`: the wizard was left and come back to, so the password is not at hand but stored; it stays where it is.
 * `test-first`: nothing is stored unless it works.
 */
export function connectPlan({ draft, password }: Wizard): 'store-first' | 'test-first' {
  return draft.dataSourceId !== null && password === '' ? 'store-first' : 'test-first'
}
