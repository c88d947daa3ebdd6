import { boundsText, type CountedValue, type PictureBounds, type QuantileRow, type ResultPicture } from '#parts/result-picture.ts'
import { exactPercentText, percentText } from '#parts/run-view.ts'
import { assertNever } from '#shared/assert-never.ts'
import { countOf, formatCount } from '#ui/format.ts'
import { PairedBars } from '#ui/plots/paired-bars.tsx'
import { RangePlot } from '#ui/plots/range-plot.tsx'
import { rangeScale } from '#ui/plots/range-scale.ts'
import { ShareBar } from '#ui/plots/share-bar.tsx'
import { Fact } from './result-facts.tsx'
import styles from './validations.module.css'

/** A picture of a result, as facts of its list: what was seen beside what is expected. */
export function ResultDrawing({ picture, passed }: { readonly picture: ResultPicture; readonly passed: boolean }) {
  switch (picture.kind) {
    case 'range':
      return (
        <Fact term="Observed">
          <span className={styles.drawn}>
            <span className={styles.observed}>{picture.observed.text}</span>
            <RangePlot
              observed={picture.observed}
              {...picture.bounds}
              holds={passed}
              label={`Observed ${picture.observed.text}, expected ${boundsText(picture.bounds)}`}
            />
            <span className={styles.expected}>{`expected ${boundsText(picture.bounds)}`}</span>
          </span>
        </Fact>
      )
    case 'share':
      return (
        <Fact term="Holds">
          <ShareBar
            percent={picture.holds}
            tone={passed ? 'passed' : 'failed'}
            mark={picture.mustHold}
            text={`${percentText(picture.holds, picture.mustHold)} of values, ${picture.mustHold === 100 ? 'all' : `at least ${exactPercentText(picture.mustHold)}`} must`}
          />
        </Fact>
      )
    case 'set':
      return (
        <>
          <Values term="Missing" sign="missing" values={picture.missing} />
          <Values term="Unexpected" sign="unexpected" values={picture.unexpected} />
        </>
      )
    case 'places':
      return (
        <Fact term="Differences">
          <table className={styles.sample}>
            <thead>
              <tr>
                <th scope="col">Place</th>
                <th scope="col">Expected</th>
                <th scope="col">Found</th>
              </tr>
            </thead>
            <tbody>
              {picture.rows.map(({ place, expected, found }) => (
                <tr key={place}>
                  <th scope="row">{place}</th>
                  <td>
                    {expected === null ? <span className={styles.null}>none</span> : <span className={styles.missing}>{expected}</span>}
                  </td>
                  <td>{found === null ? <span className={styles.null}>none</span> : <span className={styles.unexpected}>{found}</span>}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </Fact>
      )
    case 'quantiles':
      return (
        <Fact term="Quantiles">
          <Quantiles rows={picture.rows} />
        </Fact>
      )
    case 'distributions':
      return (
        <Fact term="Distribution">
          <PairedBars
            label="Expected and observed distribution"
            head="Value"
            names={{ first: 'Expected', second: 'Observed' }}
            rows={picture.rows.map(({ label, expected, observed }, index) => ({
              key: `${index} ${label}`,
              label,
              first: expected,
              second: observed,
            }))}
            figure={(share) => percentText(share * 100)}
          />
        </Fact>
      )
    default:
      return assertNever(picture)
  }
}

/** A long list is told by its beginning. */
const MOST_VALUES = 40

function Values({
  term,
  sign,
  values,
}: {
  readonly term: string
  readonly sign: 'missing' | 'unexpected'
  readonly values: readonly CountedValue[]
}) {
  if (values.length === 0) return null
  return (
    <Fact term={term}>
      <ul className={styles.values} data-sign={sign}>
        {values.slice(0, MOST_VALUES).map(({ value, count }) => (
          <li key={value}>
            <span className={styles[sign]}>{value === '' ? '“”' : value}</span>
            {count !== null && <span className={styles.times}>{` ${countOf(count, 'row')}`}</span>}
          </li>
        ))}
        {values.length > MOST_VALUES && <li className={styles.times}>{`and ${formatCount(values.length - MOST_VALUES)} more`}</li>}
      </ul>
    </Fact>
  )
}

/** On one scale, so that the ranges can be compared. */
function Quantiles({ rows }: { readonly rows: readonly QuantileRow[] }) {
  const known = rows.flatMap(({ bounds, observed }) =>
    [bounds.lower, bounds.upper, observed].flatMap((figure) => (figure === null ? [] : [figure.at])),
  )
  const whole = rangeScale(null, null, known)
  return (
    <table className={styles.sample} aria-label="Quantiles">
      <thead>
        <tr>
          <th scope="col">Quantile</th>
          <th scope="col">Expected</th>
          <th scope="col">Observed</th>
          <td />
        </tr>
      </thead>
      <tbody>
        {rows.map(({ quantile, bounds, observed, holds }) => {
          const place = (end: PictureBounds['lower'], open: 0 | 1) => (end === null ? open : whole.place(end.at).at)
          const expected = boundsText(bounds) || 'anything'
          return (
            <tr key={quantile}>
              <th scope="row">{quantile}</th>
              <td>{expected}</td>
              <td className={holds ? undefined : styles.outside}>{`${observed?.text ?? 'no value'}${holds ? '' : ', outside'}`}</td>
              <td>
                <RangePlot
                  observed={observed}
                  {...bounds}
                  holds={holds}
                  scale={{ place: whole.place, band: { from: place(bounds.lower, 0), to: place(bounds.upper, 1) } }}
                  label={`Quantile ${quantile}: observed ${observed?.text ?? 'no value'}, expected ${expected}`}
                />
              </td>
            </tr>
          )
        })}
      </tbody>
    </table>
  )
}
