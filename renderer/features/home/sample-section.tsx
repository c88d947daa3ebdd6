import { Section } from '#ui/section.tsx'
import { SampleControls } from './sample-controls.tsx'
import { useSample } from './use-sample.ts'

/** The sample database, on a home that has other things to show. */
export function SampleSection() {
  const sample = useSample({ goOn: false })
  if (sample.state?.state === 'unsupported') return null
  const about =
    sample.state?.state === 'running'
      ? `Running on this computer${sample.state.serverVersion === null ? '' : ` (PostgreSQL ${sample.state.serverVersion})`}.`
      : 'A small shop in a PostgreSQL server of its own on this computer.'
  return (
    <Section title="Sample database" about={about}>
      <SampleControls sample={sample} />
    </Section>
  )
}
