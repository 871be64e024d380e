import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { chromium } from 'playwright-core';

/**
 * `npm run pictures`: takes the README's picture of the running demo, with Debian's Chromium. Waits until the first press has gone unanswered
 * up to the family, so that the phones have something to show.
 */
const root = join(import.meta.dirname, '../..');
const folder = join(root, 'docs/pictures');

const demo = spawn(process.execPath, ['simulators/demo.ts', '--seconds', '90'], { cwd: root, stdio: ['ignore', 'pipe', 'inherit'] });
const ended = once(demo, 'exit');
let phones: string | null = null;
let link: string | null = null;
for await (const line of createInterface({ input: demo.stdout })) {
  process.stdout.write(`${line}\n`);
  phones ??= /手机\s+(http:\S+)/.exec(line)?.[1] ?? null;
  link = /短信 → .*?(http:\S+\/a\/\S+)/.exec(line)?.[1] ?? link;
  if (phones !== null && /我去/.test(line)) break;
}
if (phones === null || link === null) throw new Error('the demo showed no phones and no link');

await mkdir(folder, { recursive: true });
const browser = await chromium.launch({ executablePath: '/usr/bin/chromium', args: ['--no-sandbox'] });
const shoot = async (url: string, name: string, width: number, height: number): Promise<void> => {
  const page = await browser.newPage({ viewport: { width, height } });
  await page.goto(url, { waitUntil: 'load' });
  await page.locator('button, a').first().waitFor();
  // The live page fills from its stream; what is there after the fonts are is what a person sees.
  await page.evaluate('document.fonts.ready');
  await page.screenshot({ path: join(folder, name) });
  await page.close();
};
await shoot(phones, 'street.png', 1280, 900);
await shoot(link, 'link.png', 390, 640);
await browser.close();
demo.kill('SIGINT');
await ended;
