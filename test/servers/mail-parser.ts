/** A mail as its reader sees it. */
export interface ParsedMail {
  /** Lower-case names; encoded words decoded; folded lines joined. */
  readonly headers: Readonly<Record<string, string>>;
  readonly subject: string;
  readonly text: string;
  readonly html: string;
}

const quotedPrintable = (text: string, spaces: boolean): Buffer => {
  const flat = (spaces ? text.replaceAll('_', ' ') : text).replace(/=\r\n/g, '');
  return Buffer.from(
    flat.replace(/=([0-9A-F]{2})/gi, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16))),
    'latin1',
  );
};

/** RFC 2047: `=?UTF-8?B?…?=`, neighbours joined. */
const decodeWords = (text: string): string =>
  text
    .replace(/\?=\s+=\?/g, '?==?')
    .replace(/(?:=\?utf-8\?[bq]\?[^?]*\?=)+/gi, (run) =>
      Buffer.concat(
        [...run.matchAll(/=\?utf-8\?([bq])\?([^?]*)\?=/gi)].map(([, kind = '', word = '']) =>
          kind.toLowerCase() === 'b' ? Buffer.from(word, 'base64') : quotedPrintable(word, true),
        ),
      ).toString('utf8'),
    );

const split = (raw: string): { headers: Record<string, string>; body: string } => {
  const gap = raw.indexOf('\r\n\r\n');
  const headers: Record<string, string> = {};
  for (const line of raw
    .slice(0, gap)
    .replace(/\r\n[ \t]+/g, ' ')
    .split('\r\n')) {
    const colon = line.indexOf(':');
    headers[line.slice(0, colon).toLowerCase()] = decodeWords(line.slice(colon + 1).trim());
  }
  return { headers, body: raw.slice(gap + 4) };
};

const decodeBody = (body: string, encoding: string | undefined): string => {
  if (encoding === 'base64') return Buffer.from(body, 'base64').toString('utf8');
  if (encoding === 'quoted-printable') return quotedPrintable(body, false).toString('utf8');
  return Buffer.from(body, 'latin1').toString('utf8');
};

const leaves = (raw: string): { type: string; content: string }[] => {
  const { headers, body } = split(raw);
  const type = headers['content-type'] ?? 'text/plain';
  const boundary = /boundary="?([^";]+)"?/i.exec(type)?.[1];
  if (boundary === undefined) return [{ type, content: decodeBody(body, headers['content-transfer-encoding']?.toLowerCase()) }];
  return `\r\n${body}`
    .split(`\r\n--${boundary}`)
    .slice(1, -1)
    .flatMap((part) => leaves(part.replace(/^\r\n/, '')));
};

/** Reads a MIME mail of the kinds that the gateway writes: text and HTML, UTF-8. `raw` is one character a byte. */
export const parseMail = (raw: string): ParsedMail => {
  const { headers } = split(raw);
  const parts = leaves(raw);
  const part = (kind: string): string =>
    parts
      .find(({ type }) => type.toLowerCase().startsWith(kind))
      ?.content.replaceAll('\r\n', '\n')
      .trimEnd() ?? '';
  return { headers, subject: headers['subject'] ?? '', text: part('text/plain'), html: part('text/html') };
};
