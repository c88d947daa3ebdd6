import { ActionIcon, Menu } from '@mantine/core'
import { IconBraces, IconDotsVertical, IconDownload } from '@tabler/icons-react'
import { gxExpectation, gxSuite, isInGx } from '#shared/expectations/gx-suite.ts'
import type { DataAsset } from '#shared/model/data-asset.ts'
import type { Expectation, SuiteParameters } from '#shared/model/expectation.ts'
import { copyText } from '#ui/copy-text.ts'
import { countOf } from '#ui/format.ts'
import { notify } from '#ui/notify.tsx'
import { saveFile } from '#ui/save-file.ts'

/** The expectations of an asset, to take along to GX Core. */
export function GxSuiteMenu({ asset, expectations, parameters }: GxSuiteMenuProps) {
  const { suite, leftOut } = gxSuite(asset.name, expectations, parameters)
  const text = JSON.stringify(suite, null, 2)
  const without = leftOut.length === 0 ? '' : ` GX cannot check ${countOf(leftOut.length, 'expectation')} on PostgreSQL; left out of it.`
  return (
    <Menu position="bottom-end">
      <Menu.Target>
        <ActionIcon variant="default" size={30} aria-label="More about these expectations">
          <IconDotsVertical size={16} aria-hidden />
        </ActionIcon>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Item
          leftSection={<IconBraces size={14} aria-hidden />}
          onClick={() => void copyText(text, `The suite is copied as GX JSON.${without}`)}
        >
          Copy as GX suite
        </Menu.Item>
        <Menu.Item
          leftSection={<IconDownload size={14} aria-hidden />}
          onClick={() => {
            saveFile(`${asset.name}.gx-suite.json`, new Blob([text], { type: 'application/json' }))
            notify({ message: `The suite is saved as a file of GX JSON.${without}` })
          }}
        >
          Save as GX suite
        </Menu.Item>
      </Menu.Dropdown>
    </Menu>
  )
}

interface GxSuiteMenuProps {
  readonly asset: DataAsset
  readonly expectations: readonly Expectation[]
  readonly parameters: SuiteParameters
}

/** One expectation as GX writes it. */
export async function copyAsGx(expectation: Expectation): Promise<void> {
  const note = isInGx(expectation.type) ? '' : ' GX cannot check it on PostgreSQL.'
  await copyText(JSON.stringify(gxExpectation(expectation), null, 2), `Copied as GX JSON.${note}`)
}
