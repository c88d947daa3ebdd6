import { IconCheck } from '@tabler/icons-react'
import { formatRoute } from '#api/route.ts'
import type { SetupStep } from '#shared/model/setup.ts'
import { isReachable, type Wizard } from './wizard-state.ts'
import styles from './wizard-stepper.module.css'

/** All steps in one line, each a link as soon as it has what it needs. */
export function WizardStepper({ steps, current, wizard, source }: WizardStepperProps) {
  const at = steps.indexOf(current)
  return (
    <nav aria-label="Steps of the set-up">
      <ol className={styles.steps}>
        {steps.map((step, index) => {
          const passed = index < at
          const content = (
            <>
              <span className={styles.mark} aria-hidden>
                {passed ? <IconCheck size={12} stroke={3} /> : index + 1}
              </span>
              <span className={styles.name}>{stepTitles[step]}</span>
              {passed && <span className="visually-hidden">(done)</span>}
            </>
          )
          return (
            <li key={step} className={styles.step} data-state={step === current ? 'current' : passed ? 'passed' : 'ahead'}>
              {isReachable(wizard, step) ? (
                <a href={formatRoute({ page: 'setup', source, step })} aria-current={step === current ? 'step' : undefined}>
                  {content}
                </a>
              ) : (
                <span className={styles.closed}>{content}</span>
              )}
            </li>
          )
        })}
      </ol>
    </nav>
  )
}

export const stepTitles: Readonly<Record<SetupStep, string>> = {
  prerequisites: 'Prerequisites',
  role: 'Role',
  'data-source': 'Data source',
  connect: 'Connect',
  tables: 'Select tables',
  expectations: 'Expectations',
  'add-assets': 'Add assets',
  done: 'Done',
}

interface WizardStepperProps {
  readonly steps: readonly SetupStep[]
  readonly current: SetupStep
  readonly wizard: Wizard
  readonly source: string | null
}
