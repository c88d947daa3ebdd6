import { useEffect, useState } from 'react'
import { replaceRoute, useRoute } from '#api/route.ts'
import { Problem } from '#parts/problem.tsx'
import { Loading } from '#ui/loading.tsx'
import { SetupWizard } from './setup-wizard.tsx'
import { furthestStep, manualSteps, sourceSteps } from './wizard-state.ts'
import { useWizard, wizards } from './wizard-store.ts'

/**
 * The set-up wizard. The address holds the step, so that the browser's back button works; an address without one goes on
 * where the wizard was left, and one that leads too far comes back to what is still missing.
 */
export function SetupPage({ source }: { readonly source: string | null }) {
  const route = useRoute()
  const asked = route.page === 'setup' ? route.step : undefined
  const wizard = useWizard(source)
  const [attempt, setAttempt] = useState(0)
  const [loadError, setLoadError] = useState<unknown>(null)

  // biome-ignore lint/correctness/useExhaustiveDependencies: an attempt more is a reason to load again
  useEffect(() => {
    let here = true
    setLoadError(null)
    wizards.load().then(
      () => here && wizards.begin(source, asked === undefined),
      (error: unknown) => here && setLoadError(error),
    )
    return () => {
      here = false
    }
  }, [source, asked === undefined, attempt])

  const steps = source === null ? manualSteps : sourceSteps
  const step = wizard === null ? null : furthestStep(wizard, asked ?? wizard.draft.step, steps)
  useEffect(() => {
    if (step === null || route.page !== 'setup') return
    if (step !== asked) replaceRoute({ page: 'setup', source, step })
    else wizards.dispatch(source, { type: 'went', step })
  }, [step, asked, source, route.page])

  if (loadError !== null) return <Problem error={loadError} onRetry={() => setAttempt(attempt + 1)} />
  if (wizard === null || step === null) return <Loading />
  return <SetupWizard wizardKey={source} wizard={wizard} step={step} steps={steps} />
}
