import { Button, Text } from '@mantine/core'
import { useState } from 'react'
import { formatRoute } from '#api/route.ts'
import { RouteLink } from '#parts/route-link.tsx'
import { ValidateButton } from '#parts/run-validate-button.tsx'
import { VerdictBadge } from '#parts/verdict-badge.tsx'
import type { DataAsset } from '#shared/model/data-asset.ts'
import { formatAgo } from '#ui/format.ts'
import { Section } from '#ui/section.tsx'
import { type AttentionItem, attentionOf, quietSentence } from './attention.ts'
import styles from './attention-list.module.css'

const SHOWN_AT_FIRST = 8

/** What needs attention, worst first, each with its next step. */
export function AttentionList({ assets }: { readonly assets: readonly DataAsset[] }) {
  const [all, setAll] = useState(false)
  const items = attentionOf(assets)
  const shown = all ? items : items.slice(0, SHOWN_AT_FIRST)
  return (
    <Section title="Needs attention">
      {items.length === 0 ? (
        <Text c="dimmed">{quietSentence(assets)}</Text>
      ) : (
        <ul className={styles.list}>
          {shown.map((item) => (
            <li key={item.asset.id} className={styles.item}>
              <span className={styles.verdict}>
                <VerdictBadge run={item.run} />
              </span>
              <span className={styles.words}>
                <RouteLink to={{ page: 'asset', id: item.asset.id, tab: 'overview', add: false }} fw={500}>
                  {item.asset.name}
                </RouteLink>{' '}
                <Text component="span" c="dimmed">
                  {item.asset.dataSourceName}
                </Text>
                <br />
                {item.sentence}
              </span>
              <Text component="span" c="dimmed">
                {item.run === null ? '' : formatAgo(item.run.startedAt)}
              </Text>
              <NextStep item={item} />
            </li>
          ))}
        </ul>
      )}
      {items.length > shown.length && (
        <Button variant="default" mt={8} onClick={() => setAll(true)}>
          Show all {items.length}
        </Button>
      )}
    </Section>
  )
}

function NextStep({ item: { asset, run, next } }: { readonly item: AttentionItem }) {
  const name = <span className="visually-hidden"> of {asset.name}</span>
  if (next === 'show-run' && run !== null) {
    return (
      <Button variant="default" component="a" href={formatRoute({ page: 'run', id: run.id })}>
        Show run{name}
      </Button>
    )
  }
  if (next === 'add-expectation') {
    return (
      <Button variant="default" component="a" href={formatRoute({ page: 'asset', id: asset.id, tab: 'expectations', add: true })}>
        Add an Expectation<span className="visually-hidden"> to {asset.name}</span>
      </Button>
    )
  }
  return (
    <ValidateButton
      assetIds={[asset.id]}
      variant="default"
      label={
        <>
          Validate<span className="visually-hidden"> {asset.name}</span>
        </>
      }
    />
  )
}
