import { describe, expect, it } from 'vitest';
import { webhookEndpointSchema } from './config.ts';

const secrets = ['whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw'];
const parse = (rest: object) => webhookEndpointSchema.safeParse({ id: 'desk', secrets, ...rest });

describe('a webhook of the configuration', () => {
  it.each([
    { url: 'https://desk.example/hook' },
    { url: 'http://desk.example/hook', allowInsecure: true },
    { url: 'http://127.0.0.1:8080/', allowPrivate: true },
    { url: 'https://10.1.2.3/hook', allowPrivate: true },
  ])('may be $url', (endpoint) => {
    expect(parse(endpoint).error).toBeUndefined();
  });

  it.each([
    [{ url: 'http://desk.example/hook' }, 'must be https; to send in the clear say allowInsecure: true'],
    [{ url: 'https://169.254.169.254/latest' }, 'is an address inside a private network; to send there say allowPrivate: true'],
    [{ url: 'https://[::1]/hook' }, 'is an address inside a private network; to send there say allowPrivate: true'],
    [{ url: 'https://2130706433/' }, 'is an address inside a private network; to send there say allowPrivate: true'],
    [{ url: 'https://me:word@desk.example/' }, 'must not hold a user name or password'],
    [{ url: 'ftp://desk.example/' }, 'is not an http(s) address'],
    [
      { url: 'https://desk.example/', secrets: ['whsec_c2hvcnQ='] },
      'is not a webhook secret; write whsec_ and the base64 of 24 to 64 random bytes',
    ],
    [{ url: 'https://desk.example/', secret: 'x' }, 'Unrecognized key: "secret"'],
  ])('%o is refused with what would be right', (endpoint, message) => {
    expect(parse(endpoint).error?.issues.map((issue) => issue.message)).toContain(message);
  });
});
