import fc from 'fast-check'

/**
 * The same draws in every run, so that what passed once passes again. The nightly run draws anew each time, and fast-check
 * names the seed of what fails.
 */
if (process.env.PLUMBLINE_NIGHTLY !== '1') fc.configureGlobal({ seed: 20_261_130 })

export { fc }
