import { Group, SegmentedControl, Stack, Text, TextInput } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { queries } from '#api/client.ts'
import { ConnectionField } from '#parts/connection-field.tsx'
import { ConnectionProtection } from '#parts/connection-protection.tsx'
import { splitPassword } from '#parts/connection-text.ts'
import { environmentTitles } from '#parts/environment-mark.tsx'
import { effectiveSslmode, missingCertificates, needsConsent } from '#parts/protection.ts'
import { SaveSecretChoice } from '#parts/save-secret-choice.tsx'
import { type DataSource, Environment } from '#shared/model/data-source.ts'
import type { SetupDraft } from '#shared/model/setup.ts'
import { parseConnectionString } from '#shared/postgres/connection-string.ts'
import { ConnectionPartsPanel } from './connection-parts-panel.tsx'
import { LibpqEntryChoice } from './libpq-entries.tsx'
import styles from './setup.module.css'
import { StepFrame } from './step-frame.tsx'
import type { StepProps } from './step-props.ts'

export function StepDataSource({ wizard, dispatch, goTo }: StepProps) {
  const { draft, password } = wizard
  const [tried, setTried] = useState(false)
  const parsed = parseConnectionString(draft.connectionString)
  const fields = parsed.ok ? parsed.fields : null
  const sslmode = effectiveSslmode(fields, draft.sslmode)
  const consentMissing = needsConsent(fields, draft.sslmode) && !wizard.plaintextConsent
  const certificatesMissing = missingCertificates(fields, wizard, sslmode)
  const certificatesProblem = tried ? certificatesMissing : null
  const problemWithName = problemOfName(draft, useQuery(queries.dataSources.list.queryOptions({ input: {} })).data ?? [])
  const nameProblem = tried ? problemWithName : null
  const textProblem = tried && draft.connectionString.trim() === '' && !parsed.ok ? parsed.problem.sentence : null

  const connect = () => {
    setTried(true)
    if (problemWithName !== null || !parsed.ok || consentMissing || certificatesMissing !== null) return
    // By Enter the form can be sent before the field was left.
    const split = splitPassword(draft.connectionString)
    const change = split.password === null ? {} : { connectionString: split.text, password: split.password }
    dispatch({ type: 'source-changed', change })
    goTo('connect')
  }

  return (
    <StepFrame
      title="Data source"
      {...(draft.roleMade && wizard.roleOutcome !== null ? { about: 'Filled in with the role of the step before.' } : {})}
      onBack={() => goTo('role')}
      onNext={connect}
      next="Connect"
      width="wide"
    >
      <div className={styles['form-columns']}>
        <Stack gap="sm">
          <TextInput
            label="Data Source name"
            value={draft.dataSourceName}
            onChange={(event) => dispatch({ type: 'source-changed', change: { dataSourceName: event.currentTarget.value } })}
            error={nameProblem}
            maxLength={200}
            autoComplete="off"
          />
          <LibpqEntryChoice
            fromFile={wizard.passwordFromFile}
            onChoose={({ name, connectionString, hasPassword }) =>
              dispatch({
                type: 'source-changed',
                change: {
                  connectionString,
                  password: '',
                  passwordFromFile: hasPassword,
                  dataSourceName: draft.dataSourceName === '' ? name : draft.dataSourceName,
                },
              })
            }
          />
          <ConnectionField
            text={draft.connectionString}
            password={password}
            onChange={({ text, password: next }) =>
              dispatch({
                type: 'source-changed',
                change: { connectionString: text, password: next, passwordFromFile: next === '' && wizard.passwordFromFile },
              })
            }
            problem={textProblem}
            {...(draft.dataSourceId !== null && password === '' ? { passwordHint: 'Left empty, the one given before stays.' } : {})}
          />
          <SaveSecretChoice
            asksToUnlock
            checked={draft.savePassword}
            onChange={(savePassword) => dispatch({ type: 'source-changed', change: { savePassword } })}
          />
          <ConnectionProtection
            fields={fields}
            value={{ ...wizard, sslmode: draft.sslmode }}
            keyStored={draft.dataSourceId !== null}
            problems={{ certificates: certificatesProblem }}
            onChange={({ sslmode, plaintextConsent, certificates, certificateFiles }) =>
              dispatch({
                type: 'source-changed',
                change: {
                  ...(sslmode === undefined ? {} : { sslmode }),
                  ...(plaintextConsent === undefined ? {} : { plaintextConsent }),
                  ...(certificates === undefined ? {} : { certificates }),
                  ...(certificateFiles === undefined ? {} : { certificateFiles }),
                },
              })
            }
          />
          {tried && consentMissing && (
            <Text component="p" m={0} c="var(--mantine-color-error)" role="alert">
              Choose an encrypted connection, or accept this one.
            </Text>
          )}
          <Group gap={12}>
            <Text component="span" fw={500} id="setup-environment">
              Environment
            </Text>
            <SegmentedControl
              aria-labelledby="setup-environment"
              data={environments}
              value={draft.environment}
              onChange={(value) => dispatch({ type: 'source-changed', change: { environment: Environment.parse(value) } })}
            />
          </Group>
        </Stack>
        <ConnectionPartsPanel
          text={draft.connectionString}
          parsed={parsed}
          sslmode={sslmode}
          onChange={(text) => dispatch({ type: 'source-changed', change: { connectionString: text } })}
        />
      </div>
    </StepFrame>
  )
}

/** Asked of the list that is at hand; the service has the last word. */
function problemOfName({ dataSourceName, dataSourceId }: SetupDraft, stored: readonly DataSource[]): string | null {
  const name = dataSourceName.trim()
  if (name === '') return 'Give it a name, for example that of the database.'
  const taken = stored.some((source) => source.name === name && source.id !== dataSourceId)
  return taken ? `There is a data source named “${name}” already. Choose another name.` : null
}

const environments = Environment.options.map((value) => ({ value, label: environmentTitles[value] }))
