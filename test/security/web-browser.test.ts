import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Browser, Page } from '@playwright/test'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { launchBrowser } from '#test/support/browser.ts'
import { keyOf, post, startTestHost, type TestHost, ticketFrom, tokenFrom } from '#test/support/host.ts'

/** What other sites can do to the web host, tried by a real browser. */

let host: TestHost
let attacker: Site
let browser: Browser
const pages: Page[] = []

beforeAll(async () => {
  host = await startTestHost()
  attacker = await startSite()
  browser = await launchBrowser([
    '--host-resolver-rules=MAP rebind.test 127.0.0.1, MAP attacker.test 127.0.0.1',
    // Chromium's own fence around loopback addresses, which other browsers lack: down, so that ours is what is tested.
    '--disable-features=LocalNetworkAccessChecks,LocalNetworkAccessChecksWebSockets',
  ])
})
afterEach(async () => {
  for (const page of pages.splice(0)) await page.close()
})
afterAll(async () => {
  await browser?.close()
  await attacker?.close()
  await host?.dispose()
})

describe('in a browser', () => {
  test('W03 a name that was made to point here gets nothing, and no socket', async () => {
    const page = await openPage()
    const rebound = `http://rebind.test:${host.port}/`
    const response = await page.goto(rebound)
    expect(response?.status()).toBe(403)
    expect(await response?.text()).toBe('{}')
    // The attacker's page was loaded before its name was pointed here, so no policy of ours holds it back.
    await page.route(rebound, (route) => route.fulfill({ contentType: 'text/html', body: '<!doctype html><title>Rebound</title>' }))
    await page.goto(rebound)
    expect(await page.title()).toBe('Rebound')
    const ticket = await ticketFrom(host, await tokenFrom(host))
    expect(await socketFrom(page, `ws://rebind.test:${host.port}/rpc`, ticket)).toBe('refused')
    expect(await page.evaluate(async () => (await fetch('/exchange', { method: 'POST', body: '{}' })).status)).toBe(403)
  })

  test('W05 forms, blind requests, images and scripts of another site have no effect and read nothing', async () => {
    const key = keyOf(host.freshLink())
    const page = await openPage()
    await page.goto(attacker.url)
    const seen = await page.evaluate(
      async ({ origin, key: stolen }) => {
        const settled = async (call: Promise<Response>): Promise<string> => {
          try {
            const response = await call
            return response.type === 'opaque' ? 'opaque' : `read ${response.status}`
          } catch {
            return 'blocked'
          }
        }
        const element = (tag: 'img' | 'script' | 'link'): Promise<string> =>
          new Promise((resolve) => {
            const node = document.createElement(tag)
            node.addEventListener('load', () => resolve('loaded'))
            node.addEventListener('error', () => resolve('blocked'))
            if (node instanceof HTMLLinkElement) {
              node.rel = 'stylesheet'
              node.href = `${origin}/assets/main.js`
            } else node.src = `${origin}/assets/main.js`
            document.head.append(node)
          })
        const body = JSON.stringify({ key: stolen })
        return {
          blind: await settled(
            fetch(`${origin}/exchange`, { method: 'POST', mode: 'no-cors', body, headers: { 'Content-Type': 'text/plain' } }),
          ),
          cors: await settled(fetch(`${origin}/exchange`, { method: 'POST', body })),
          read: await settled(fetch(`${origin}/`)),
          blindRead: await settled(fetch(`${origin}/assets/main.js`, { mode: 'no-cors' })),
          image: await element('img'),
          script: await element('script'),
          style: await element('link'),
        }
      },
      { origin: host.origin, key },
    )
    expect(seen).toEqual({
      // Cross-Origin-Resource-Policy takes even the opaque answer away.
      blind: 'blocked',
      cors: 'blocked',
      read: 'blocked',
      blindRead: 'blocked',
      image: 'blocked',
      script: 'blocked',
      style: 'blocked',
    })
    await page.evaluate(
      ({ origin, key: stolen }) => {
        const form = document.createElement('form')
        form.method = 'POST'
        form.enctype = 'text/plain'
        form.action = `${origin}/exchange`
        const field = document.createElement('input')
        field.name = `{"key":"${stolen}","x":"`
        field.value = '"}'
        form.append(field)
        document.body.append(form)
        form.submit()
      },
      { origin: host.origin, key },
    )
    await page.waitForURL(`${host.origin}/exchange`)
    expect(await page.content()).not.toContain('token')
    // The key is still good: none of all this reached it.
    expect((await post(host, '/exchange', { key })).status).toBe(200)
  })

  test('W04 a socket opened by another site is refused, even with a ticket', async () => {
    const ticket = await ticketFrom(host, await tokenFrom(host))
    const page = await openPage()
    await page.goto(attacker.url)
    expect(await socketFrom(page, `ws://127.0.0.1:${host.port}/rpc`, ticket)).toBe('refused')
  })

  test('the page itself opens its socket', async () => {
    const ticket = await ticketFrom(host, await tokenFrom(host))
    const page = await openPage()
    await page.goto(host.origin)
    expect(await page.locator('body').getAttribute('data-loaded')).toBe('yes')
    expect(await socketFrom(page, `ws://127.0.0.1:${host.port}/rpc`, ticket)).toBe('plumbline.v1')
  })

  test('E09 whatever is put into the page runs nothing, loads nothing and sends nothing', async () => {
    const page = await openPage()
    let ran = 0
    await page.exposeBinding('__xss', () => {
      ran += 1
    })
    await page.goto(host.origin)
    const seen = await page.evaluate(async (elsewhere) => {
      const broken: string[] = []
      Object.assign(window, { broken })
      document.addEventListener('securitypolicyviolation', (event) => broken.push(event.effectiveDirective))
      const settled = (work: () => unknown) => {
        try {
          return String(work() ?? 'done')
        } catch (error) {
          return (error as Error).name
        }
      }
      const add = (tag: string, attributes: Readonly<Record<string, string>>, text = '') => {
        const element = document.createElement(tag)
        for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value)
        if (text !== '') element.append(text)
        document.body.append(element)
        return element
      }
      const thrown = [
        settled(() => {
          document.body.innerHTML = '<img src=x onerror=__xss()>'
        }),
        settled(() => document.body.insertAdjacentHTML('beforeend', '<img src=x onerror=__xss()>')),
        settled(() => document.write('<img src=x onerror=__xss()>')),
        settled(() => new DOMParser().parseFromString('<img src=x onerror=__xss()>', 'text/html')),
        settled(() => {
          const script = document.createElement('script')
          script.src = `${elsewhere}x.js`
        }),
        settled(() => setTimeout('__xss()', 0)),
      ]
      settled(() => add('script', {}, '__xss()'))
      settled(() => add('img', { src: 'x', onerror: '__xss()' }))
      settled(() => add('img', { src: `${elsewhere}picture` }))
      settled(() => add('iframe', { src: elsewhere }))
      settled(() => add('object', { data: elsewhere }))
      settled(() => add('base', { href: elsewhere }))
      settled(() => add('link', { rel: 'stylesheet', href: `${elsewhere}style` }))
      settled(() => add('style', {}, 'body { background: red }'))
      settled(() => add('div', { style: 'background: red' }))
      settled(() => add('a', { href: 'javascript:__xss()' }).click())
      const form = add('form', { action: elsewhere, method: 'POST' }) as HTMLFormElement
      form.submit()
      const fetched = await fetch(elsewhere).then(
        () => 'read',
        () => 'refused',
      )
      const worker = settled(() => new Worker('blob:x'))
      return { thrown, fetched, worker, baseUri: document.baseURI }
    }, attacker.url)
    expect(seen.thrown).toEqual(Array(6).fill('TypeError'))
    expect(seen.fetched).toBe('refused')
    expect(seen.worker).not.toBe('done')
    expect(seen.baseUri).toBe(`${host.origin}/`)
    // `form-action` is told, too, unless the attempt ends before the browser comes to tell of it.
    const broken = () =>
      page.evaluate(() =>
        [...new Set((window as unknown as { broken: string[] }).broken)].filter((directive) => directive !== 'form-action').sort(),
      )
    await expect
      .poll(broken)
      .toEqual([
        'base-uri',
        'connect-src',
        'frame-src',
        'img-src',
        'require-trusted-types-for',
        'script-src-elem',
        'style-src-attr',
        'style-src-elem',
      ])
    expect(ran).toBe(0)
    expect(page.url()).toBe(`${host.origin}/`)
  })

  test('W14 another site cannot frame it', async () => {
    const page = await openPage()
    const problems: string[] = []
    page.on('console', (message) => problems.push(message.text()))
    await page.goto(`${attacker.url}frame?${host.origin}/`)
    await expect.poll(() => problems.join('\n')).toMatch(/frame-ancestors|refused to connect|403/i)
    for (const frame of page.frames().slice(1)) expect(await frame.content()).not.toContain('Plumbline')
  })

  test('W08 the page sends no Referer with the key, whatever it links to', async () => {
    const page = await openPage()
    await page.goto(host.freshLink())
    await page.evaluate((url) => {
      const link = document.createElement('a')
      link.href = url
      document.body.append(link)
      link.click()
    }, attacker.url)
    await page.waitForURL(attacker.url)
    expect(attacker.referers.filter((referer) => referer.startsWith(host.origin))).toEqual([])
  })
})

async function openPage(): Promise<Page> {
  const page = await browser.newPage()
  pages.push(page)
  return page
}

/** The protocol that was selected, or `refused`. */
function socketFrom(page: Page, url: string, ticket: string): Promise<string> {
  return page.evaluate(
    ([address = '', secret = '']) =>
      new Promise<string>((resolve) => {
        const socket = new WebSocket(address, ['plumbline.v1', `ticket.${secret}`])
        socket.addEventListener('open', () => {
          resolve(socket.protocol)
          socket.close()
        })
        socket.addEventListener('error', () => resolve('refused'))
      }),
    [url, ticket],
  )
}

interface Site {
  readonly url: string
  readonly referers: readonly string[]
  close(): Promise<void>
}

/** A site of somebody else, without any protection of its own. */
async function startSite(): Promise<Site> {
  const referers: string[] = []
  const server: Server = createServer((request, response) => {
    if (request.headers.referer !== undefined) referers.push(request.headers.referer)
    response.setHeader('Content-Type', 'text/html')
    const framed = request.url?.startsWith('/frame?') ? request.url.slice('/frame?'.length) : null
    response.end(framed === null ? '<!doctype html><title>A site</title>' : `<!doctype html><iframe src="${framed}"></iframe>`)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  return {
    url: `http://attacker.test:${port}/`,
    referers,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
}
