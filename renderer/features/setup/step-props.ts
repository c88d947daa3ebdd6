import type { SetupStep } from '#shared/model/setup.ts'
import type { Wizard, WizardEvent } from './wizard-state.ts'

/** What every step is given. */
export interface StepProps {
  readonly wizard: Wizard
  readonly dispatch: (event: WizardEvent) => void
  readonly goTo: (step: SetupStep) => void
}
