import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { queries } from '#api/client.ts'
import { AssetProfileBar } from '#parts/asset-profile-bar.tsx'
import { Problem } from '#parts/problem.tsx'
import type { AnyExpectationDefinition } from '#shared/expectations/definition.ts'
import { findExpectation } from '#shared/expectations/registry.ts'
import type { DataAsset } from '#shared/model/data-asset.ts'
import type { Expectation } from '#shared/model/expectation.ts'
import { Loading } from '#ui/loading.tsx'
import { notify } from '#ui/notify.tsx'
import { SidePanel } from '#ui/side-panel.tsx'
import { ExpectationForm } from './expectation-form.tsx'
import { ExpectationPicker, type PickerState } from './expectation-picker.tsx'
import { keepForm, keptForm } from './kept-forms.ts'

/** What the drawer is open for. */
export type DrawerTask = { readonly kind: 'add' } | { readonly kind: 'edit' | 'duplicate'; readonly expectation: Expectation }

/** Adds or edits an expectation beside the list. Closing it loses nothing: what was typed is there at the next opening. */
export function ExpectationDrawer({ asset, task, onClose }: ExpectationDrawerProps) {
  return (
    <SidePanel opened={task !== null} onClose={onClose} size={640} title={task === null ? '' : titles[task.kind](asset.name)}>
      {task !== null && <DrawerBody asset={asset} task={task} onClose={onClose} />}
    </SidePanel>
  )
}

interface ExpectationDrawerProps {
  readonly asset: DataAsset
  readonly task: DrawerTask | null
  onClose(): void
}

const titles: Readonly<Record<DrawerTask['kind'], (asset: string) => string>> = {
  add: (asset) => `Add an expectation to ${asset}`,
  edit: () => 'Edit expectation',
  duplicate: () => 'Duplicate expectation',
}

interface Picked {
  readonly definition: AnyExpectationDefinition
  readonly column: string | null
}

function DrawerBody({ asset, task, onClose }: ExpectationDrawerProps & { readonly task: DrawerTask }) {
  const columns = useQuery(queries.assets.columns.queryOptions({ input: { id: asset.id } }))
  const profile = useQuery(queries.assets.profile.queryOptions({ input: { id: asset.id } }))
  const parameters = useQuery(queries.expectations.parameters.queryOptions({ input: { assetId: asset.id } }))
  const stored = task.kind === 'edit' ? task.expectation : null
  const template = task.kind === 'add' ? null : task.expectation
  const keepKey = template === null ? `new ${asset.id}` : `${task.kind} ${template.id}`
  const [picker, setPicker] = useState<PickerState>({ by: 'issue', column: '' })
  const [picked, setPicked] = useState<Picked | null>(() => pickedBefore(template?.type ?? keptForm(keepKey)?.type ?? null))

  // The columns come from the user's server: without them the form still works, with names typed before.
  if (columns.isPending || profile.isPending || parameters.isPending) return <Loading rows={8} />
  if (parameters.isError) return <Problem error={parameters.error} onRetry={() => void parameters.refetch()} />
  const trouble = columns.error ?? profile.error
  return (
    <>
      {trouble !== null && <Problem error={trouble} onRetry={() => void Promise.all([columns.refetch(), profile.refetch()])} />}
      {picked?.definition.prefill !== undefined && template === null && profile.data === null && (
        <AssetProfileBar asset={asset} profile={null} invitation="Measured figures fill the form in." />
      )}
      {picked === null ? (
        <ExpectationPicker
          state={picker}
          onState={setPicker}
          columns={columns.data ?? []}
          profile={profile.data ?? null}
          onPick={(definition, column) => setPicked({ definition, column: column?.name ?? null })}
        />
      ) : (
        <ExpectationForm
          key={columns.isSuccess ? 'known' : 'unknown'}
          asset={asset}
          definition={picked.definition}
          stored={stored}
          template={template}
          column={picked.column}
          columns={columns.data ?? []}
          profile={profile.data ?? null}
          parameters={parameters.data}
          keepKey={keepKey}
          onSaved={(_, addMore) => {
            notify({
              message: stored === null ? `“${picked.definition.title}” was added to ${asset.name}.` : 'The expectation was changed.',
            })
            if (addMore && template === null) setPicked(null)
            else onClose()
          }}
          onBack={() => {
            keepForm(keepKey, null)
            if (template === null) setPicked(null)
            else onClose()
          }}
        />
      )}
    </>
  )
}

function pickedBefore(type: string | null): Picked | null {
  const definition = type === null ? null : findExpectation(type)
  return definition === null ? null : { definition, column: null }
}
