import { Webhook } from 'standardwebhooks';
import { Agent, type Dispatcher } from 'undici';
import type { Clock } from '../../../domain/instant.ts';
import type { Channel, Delivery, DeliveryResult } from '../../../domain/notification.ts';
import { addressLiteral, isPublicAddress, privateAddressCode, publicOnlyLookup } from './address-guard.ts';
import { resultOfStatus } from './answer.ts';
import type { WebhookEndpoint } from './config.ts';
import { envelopeOf } from './envelope.ts';

/** A receiver's answer is not needed; this much is read so that the connection can serve again. */
const largestAnswerBytes = 16_384;

/** Errors that prove the receiver was never reached. */
const neverReached = new Set([
  'ECONNREFUSED',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'UND_ERR_CONNECT_TIMEOUT',
  'CERT_HAS_EXPIRED',
  'DEPTH_ZERO_SELF_SIGNED_CERT',
  'SELF_SIGNED_CERT_IN_CHAIN',
  'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
  'UNABLE_TO_GET_ISSUER_CERT_LOCALLY',
  'ERR_TLS_CERT_ALTNAME_INVALID',
  'ERR_SSL_WRONG_VERSION_NUMBER',
]);

const failed = (code: string, detail: string, retry: boolean): DeliveryResult => ({
  state: 'failed',
  code,
  detail,
  retry,
  retryAfterMs: null,
});

const codeOf = (error: unknown): string => {
  if (!(error instanceof Error)) return '';
  const { code } = error as NodeJS.ErrnoException;
  return typeof code === 'string' ? code : error.name;
};

/** webhook-id must not hold a full stop, which separates the signed parts. */
const webhookIdOf = (delivery: Delivery): string => delivery.key.replaceAll('.', '_');

export interface WebhookChannel extends Channel {
  close(): Promise<void>;
}

/**
 * Sends signed webhooks (Standard Webhooks). One `webhook-id` for all tries of a delivery, so a receiver that keeps ids takes each message
 * once; the timestamp is that of the try. Never follows a redirect and never connects to a private address unless the endpoint allows it.
 */
export const createWebhookChannel = (options: {
  readonly endpoints: readonly WebhookEndpoint[];
  readonly clock: Clock;
}): WebhookChannel => {
  const { clock } = options;
  const endpoints = new Map(options.endpoints.map((endpoint) => [endpoint.id, endpoint]));
  const agents = new Map<boolean, Agent>();

  const agentFor = (endpoint: WebhookEndpoint): Agent => {
    const existing = agents.get(endpoint.allowPrivate);
    if (existing !== undefined) return existing;
    const agent = new Agent({
      connect: endpoint.allowPrivate ? { timeout: 5_000 } : { timeout: 5_000, lookup: publicOnlyLookup },
      connections: 16,
      pipelining: 1,
      keepAliveTimeout: 10_000,
    });
    agents.set(endpoint.allowPrivate, agent);
    return agent;
  };

  const post = (endpoint: WebhookEndpoint, delivery: Delivery, signal: AbortSignal): Promise<Dispatcher.ResponseData> => {
    const language = delivery.role === 'system' ? endpoint.language : delivery.language;
    const body = JSON.stringify(envelopeOf(delivery, endpoint.detail, language));
    const id = webhookIdOf(delivery);
    const at = new Date(clock.now());
    const timeoutMs = endpoint.timeoutSeconds * 1_000;
    return agentFor(endpoint).request({
      origin: new URL(endpoint.url).origin,
      path: new URL(endpoint.url).pathname + new URL(endpoint.url).search,
      method: 'POST',
      headers: {
        'content-type': 'application/json; charset=utf-8',
        'user-agent': 'carebed',
        'webhook-id': id,
        'webhook-timestamp': String(Math.floor(at.getTime() / 1_000)),
        'webhook-signature': endpoint.secrets.map((secret) => new Webhook(secret).sign(id, at, body)).join(' '),
      },
      body,
      headersTimeout: timeoutMs,
      bodyTimeout: timeoutMs,
      signal,
    });
  };

  const send = async (delivery: Delivery, signal: AbortSignal): Promise<DeliveryResult> => {
    if (delivery.address.channel !== 'webhook') return failed('webhook-wrong-address', 'the address is not a webhook', false);
    const endpoint = endpoints.get(delivery.address.webhook);
    if (endpoint === undefined) return failed('webhook-not-configured', 'the configuration has no webhook of that name', false);
    const literal = addressLiteral(new URL(endpoint.url).hostname);
    if (!endpoint.allowPrivate && literal !== null && !isPublicAddress(literal)) {
      return failed(privateAddressCode, 'the endpoint is inside a private network and does not say allowPrivate', false);
    }
    const deadline = AbortSignal.any([signal, AbortSignal.timeout(endpoint.timeoutSeconds * 1_000)]);
    try {
      const answer = await post(endpoint, delivery, deadline);
      // The status is the answer: whether the rest of the body arrives changes nothing.
      await answer.body.dump({ limit: largestAnswerBytes, signal: deadline }).catch(() => undefined);
      const retryAfter = answer.headers['retry-after'];
      return resultOfStatus(answer.statusCode, Array.isArray(retryAfter) ? retryAfter[0] : retryAfter, clock.now());
    } catch (error) {
      const code = codeOf(error);
      if (code === privateAddressCode) return failed(privateAddressCode, 'the name leads to a private address', false);
      if (neverReached.has(code)) return failed(`webhook-unreachable`, `could not connect (${code})`, true);
      return {
        state: 'unknown',
        code: deadline.aborted ? 'webhook-timeout' : 'webhook-cut-off',
        detail: `no answer to the request (${code})`,
      };
    }
  };

  return {
    name: 'webhook',
    idempotent: true,
    send,
    close: async () => {
      const all = [...agents.values()];
      agents.clear();
      await Promise.all(all.map((agent) => agent.destroy()));
    },
  };
};
