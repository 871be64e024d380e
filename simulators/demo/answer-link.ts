import { CarebedFailure } from '../../domain/failure.ts';

/**
 * Opens the link in a message and presses a button on its page, as its receiver would with a thumb: reads the form, and posts it.
 * @throws CarebedFailure `link-not-answered` when the page offers no such button or does not take it
 */
export const answerLink = async (link: string, act: 'going' | 'acknowledge' | 'decline'): Promise<void> => {
  const page = await fetch(link, { signal: AbortSignal.timeout(10_000) });
  const html = await page.text();
  const action = /<form method="post" action="([^"]+)"/.exec(html)?.[1];
  const key = /name="key" value="([^"]+)"/.exec(html)?.[1];
  if (!page.ok || action === undefined || key === undefined || !html.includes(`value="${act}"`)) {
    throw new CarebedFailure('link-not-answered', `the page behind the link offers no "${act}" (status ${page.status})`);
  }
  const target = new URL(action.replaceAll('&amp;', '&'), link);
  const answer = await fetch(target, {
    method: 'POST',
    body: new URLSearchParams({ act, key }),
    redirect: 'manual',
    signal: AbortSignal.timeout(10_000),
  });
  const to = answer.headers.get('location') ?? '';
  if (answer.status !== 303 || to.includes('not-done'))
    throw new CarebedFailure('link-not-answered', `the page did not take "${act}" (status ${answer.status})`);
};
