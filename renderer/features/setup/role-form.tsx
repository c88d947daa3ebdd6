import { Button, Checkbox, Group, Input, NumberInput, SegmentedControl, Stack, Switch, TagsInput, TextInput } from '@mantine/core'
import { PasswordField } from '#parts/password-field.tsx'
import type { RolePlan, RoleSurroundings } from '#shared/model/role-plan.ts'
import type { RolePlanProblem } from '#shared/postgres/role-script.ts'
import { seatBelts } from '#shared/postgres/role-steps.ts'
import { countOf } from '#ui/format.ts'

/** What the role is to be, and what it may read. */
export function RoleForm(props: RoleFormProps) {
  const { plan, onChange, problemOf, surroundings, schemaNames, database } = props
  const full = plan.extent === 'full'
  return (
    <Stack gap="sm">
      <Input.Wrapper
        label="Script"
        labelElement="div"
        description={
          full ? 'Bounded in what it reads and how much it asks of the server.' : 'The five statements of the GX Cloud guide, and a mark.'
        }
      >
        <SegmentedControl
          aria-label="Script"
          mt={6}
          fullWidth
          data={[
            { value: 'simple', label: 'Simple' },
            { value: 'full', label: 'Full' },
          ]}
          value={plan.extent}
          onChange={(value) => onChange({ extent: value === 'simple' ? 'simple' : 'full' })}
        />
      </Input.Wrapper>
      <Group gap="sm" wrap="nowrap" align="flex-start" grow>
        <TextInput
          label="Role name"
          value={plan.role}
          onChange={(event) => onChange({ role: event.currentTarget.value })}
          error={problemOf('role')}
          {...nameInput}
        />
        <TextInput
          label="Database"
          placeholder={database.placeholder}
          value={plan.database}
          onChange={(event) => onChange({ database: event.currentTarget.value })}
          error={database.problem}
          {...nameInput}
        />
      </Group>
      <PasswordField
        label="Password of the role"
        value={props.password.value}
        onChange={props.password.onChange}
        error={props.password.problem}
        canMake
      />
      <TagsInput
        label="Schemas"
        description="Enter adds one."
        data={[...schemaNames]}
        value={plan.schemas}
        onChange={(schemas) => onChange({ schemas })}
        error={problemOf('schemas') ?? missingSchema(surroundings)}
        // A name may hold a comma.
        splitChars={[]}
        acceptValueOnBlur
        maxTags={200}
        maxLength={200}
        clearable={false}
      />
      {full && <TablesChoice {...props} />}
      <Switch
        label="Also tables that are made later"
        description={futureWords(plan, surroundings)}
        checked={plan.futureTables}
        onChange={(event) => onChange({ futureTables: event.currentTarget.checked })}
      />
      {full && <Bounds {...props} />}
    </Stack>
  )
}

export interface RoleFormProps {
  readonly plan: RolePlan
  readonly onChange: (change: Partial<RolePlan>) => void
  readonly problemOf: (field: RolePlanProblem['field']) => string | null
  /** null: no administrator has connected. */
  readonly surroundings: RoleSurroundings | null
  /** Those that the administrator sees, to choose from. */
  readonly schemaNames: readonly string[]
  readonly database: { readonly placeholder: string; readonly problem: string | null }
  readonly password: { readonly value: string; readonly onChange: (password: string) => void; readonly problem: string | null }
  readonly onChooseTables: () => void
}

function TablesChoice({ plan, onChange, problemOf, onChooseTables }: RoleFormProps) {
  const count = plan.tables?.filter(({ schema }) => plan.schemas.includes(schema)).length ?? 0
  return (
    <Input.Wrapper label="Tables and views" labelElement="div" error={problemOf('tables')}>
      <Group gap="xs" my={4}>
        <SegmentedControl
          aria-label="Tables and views"
          data={[
            { value: 'all', label: 'All' },
            { value: 'chosen', label: 'Chosen' },
          ]}
          value={plan.tables === null ? 'all' : 'chosen'}
          // Who chooses tables means these and no others, until they say so.
          onChange={(value) => onChange(value === 'all' ? { tables: null } : { tables: [], futureTables: false })}
        />
        {plan.tables !== null && (
          <Button variant="default" onClick={onChooseTables}>
            {count === 0 ? 'Choose tables' : `${countOf(count, 'table')} chosen`}
          </Button>
        )}
      </Group>
    </Input.Wrapper>
  )
}

function Bounds({ plan, onChange, problemOf }: RoleFormProps) {
  return (
    <>
      <Group gap="sm" wrap="nowrap" align="flex-start" grow>
        <NumberInput
          label="Connection limit"
          placeholder="None"
          value={plan.connectionLimit ?? ''}
          onChange={(value) => onChange({ connectionLimit: typeof value === 'number' && value >= 1 ? Math.min(value, 10_000) : null })}
          min={1}
          max={10_000}
          allowDecimal={false}
          allowNegative={false}
        />
        <TextInput
          label="Valid until"
          type="date"
          max="9999-12-31"
          value={plan.validUntil ?? ''}
          onChange={(event) => onChange({ validUntil: event.currentTarget.value === '' ? null : event.currentTarget.value })}
          error={problemOf('validUntil')}
        />
      </Group>
      <Checkbox.Group
        label="Seat belts"
        description="For this database. They guard against accidents: the role can undo them."
        value={plan.seatBelts}
        onChange={(chosen) => onChange({ seatBelts: seatBelts.map(({ id }) => id).filter((id) => chosen.includes(id)) })}
      >
        <Stack gap={6} mt={6}>
          {seatBelts.map(({ id, title }) => (
            <Checkbox key={id} value={id} label={title} />
          ))}
        </Stack>
      </Checkbox.Group>
    </>
  )
}

/** Who the future tables are from, as far as it is known. */
function futureWords({ extent, futureTables }: RolePlan, surroundings: RoleSurroundings | null): string | null {
  if (!futureTables) return null
  if (extent === 'simple') return 'Those that the role which runs the script makes.'
  if (surroundings === null) return 'The owners who make tables there are found when an administrator connects.'
  const owners = [...new Set(surroundings.schemas.flatMap((schema) => schema.owners))]
  return owners.length === 0 ? null : `Those that ${owners.join(', ')} ${owners.length === 1 ? 'makes' : 'make'}.`
}

function missingSchema(surroundings: RoleSurroundings | null): string | null {
  const missing = surroundings?.schemas.find(({ exists }) => !exists)
  return missing === undefined ? null : `There is no schema "${missing.name}" in this database.`
}

const nameInput = { autoComplete: 'off', spellCheck: false, maxLength: 200, classNames: { input: 'monospace' } } as const
