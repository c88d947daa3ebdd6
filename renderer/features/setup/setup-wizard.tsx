import { useQuery } from '@tanstack/react-query'
import { queries } from '#api/client.ts'
import { navigate } from '#api/route.ts'
import { Problem } from '#parts/problem.tsx'
import { assertNever } from '#shared/assert-never.ts'
import type { SetupStep } from '#shared/model/setup.ts'
import { PageHeader } from '#ui/page-header.tsx'
import { StepAddAssets } from './step-add-assets.tsx'
import { StepConnect } from './step-connect.tsx'
import { StepDataSource } from './step-data-source.tsx'
import { StepDone } from './step-done.tsx'
import { StepExpectations } from './step-expectations.tsx'
import { StepPrerequisites } from './step-prerequisites.tsx'
import type { StepProps } from './step-props.ts'
import { StepRole } from './step-role.tsx'
import { StepTables } from './step-tables.tsx'
import type { Wizard, WizardEvent } from './wizard-state.ts'
import { WizardStepper } from './wizard-stepper.tsx'
import { useSaveError, type WizardKey, wizards } from './wizard-store.ts'

export function SetupWizard({ wizardKey, wizard, step, steps }: SetupWizardProps) {
  const saveError = useSaveError()
  const goTo = (next: SetupStep) => navigate({ page: 'setup', source: wizardKey, step: next })
  const dispatch = (event: WizardEvent) => wizards.dispatch(wizardKey, event)
  return (
    <>
      <PageHeader title={wizardKey === null ? 'Connect to PostgreSQL' : <SourceTitle id={wizardKey} />} />
      <WizardStepper steps={steps} current={step} wizard={wizard} source={wizardKey} />
      {saveError !== null && <Problem error={saveError} />}
      <Step key={step} step={step} props={{ wizard, dispatch, goTo }} />
    </>
  )
}

interface SetupWizardProps {
  readonly wizardKey: WizardKey
  readonly wizard: Wizard
  readonly step: SetupStep
  readonly steps: readonly SetupStep[]
}

function Step({ step, props }: { readonly step: SetupStep; readonly props: StepProps }) {
  switch (step) {
    case 'prerequisites':
      return <StepPrerequisites {...props} />
    case 'role':
      return <StepRole {...props} />
    case 'data-source':
      return <StepDataSource {...props} />
    case 'connect':
      return <StepConnect {...props} />
    case 'tables':
      return <StepTables {...props} />
    case 'expectations':
      return <StepExpectations {...props} />
    case 'add-assets':
      return <StepAddAssets {...props} />
    case 'done':
      return <StepDone {...props} />
    default:
      return assertNever(step)
  }
}

function SourceTitle({ id }: { readonly id: string }) {
  const source = useQuery(queries.dataSources.get.queryOptions({ input: { id } }))
  return source.data === undefined ? 'New data assets' : `New data assets of ${source.data.name}`
}
