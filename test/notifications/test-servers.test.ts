import { afterEach, describe, expect, it } from 'vitest';
import { Webhook } from 'standardwebhooks';
import { signAcs3 } from '../../alerts/notifications/sms/acs3-signature.ts';
import { createAliyunSmsServer } from '../servers/aliyun-sms-server.ts';
import { createInbox } from '../servers/inbox.ts';
import { createWebhookReceiver } from '../servers/webhook-receiver.ts';

describe('the strict servers of the tests', () => {
  const endings: (() => Promise<void>)[] = [];
  afterEach(async () => {
    for (const end of endings.splice(0)) await end();
  });

  describe('webhook receiver', () => {
    const secret = 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw';
    const post = async (change: { readonly body?: string; readonly at?: Date; readonly secret?: string }) => {
      const receiver = createWebhookReceiver({ secret });
      endings.push(receiver.stop);
      const { url } = await receiver.start();
      const at = change.at ?? new Date();
      const headers = {
        'content-type': 'application/json',
        'webhook-id': 'm1',
        'webhook-timestamp': String(Math.floor(at.getTime() / 1_000)),
        'webhook-signature': new Webhook(change.secret ?? secret).sign('m1', at, '{}'),
      };
      const { status } = await fetch(url, { method: 'POST', headers, body: change.body ?? '{}' });
      return { status, receiver };
    };

    it('takes what is signed rightly', async () => {
      expect(await post({})).toMatchObject({ status: 204 });
    });

    it.each([
      ['another body', { body: '{"x":1}' }],
      ['another secret', { secret: 'whsec_AAECAwQFBgcICQoLDA0ODxAREhMUFRYX' }],
      ['a signature of ten minutes ago', { at: new Date(Date.now() - 600_000) }],
    ])('refuses %s', async (_, change) => {
      const { status, receiver } = await post(change);
      expect(status).toBe(401);
      expect(receiver.refusals).toHaveLength(1);
      expect(receiver.messages).toEqual([]);
    });
  });

  describe('Aliyun SMS server', () => {
    const keys = { accessKeyId: 'k', accessKeySecret: 's' };
    const start = async () => {
      const server = createAliyunSmsServer({ ...keys, signName: '家庭床位', templates: { SMS_1: '${name}' } });
      endings.push(server.stop);
      const { url } = await server.start();
      const call = async (change: {
        nonce?: string;
        at?: Date;
        parameters?: Record<string, string>;
        addToQuery?: string;
        headers?: Record<string, string>;
      }) => {
        const { query, headers } = signAcs3({
          host: new URL(url).host,
          action: 'SendSms',
          version: '2017-05-25',
          ...keys,
          at: change.at ?? new Date(),
          nonce: change.nonce ?? crypto.randomUUID(),
          parameters: {
            PhoneNumbers: '13800138000',
            SignName: '家庭床位',
            TemplateCode: 'SMS_1',
            TemplateParam: '{"name":"王"}',
            ...change.parameters,
          },
        });
        const response = await fetch(`${url}/?${query}${change.addToQuery ?? ''}`, {
          method: 'POST',
          headers: { ...headers, ...change.headers },
        });
        const body = (await response.json()) as { Code: string };
        return [response.status, body.Code];
      };
      return { server, call };
    };

    it('takes a nonce once', async () => {
      const { call } = await start();
      expect(await call({ nonce: 'n1' })).toEqual([200, 'OK']);
      expect(await call({ nonce: 'n1' })).toEqual([400, 'SignatureNonceUsed']);
    });

    it.each([
      ['a changed query', { addToQuery: '&OutId=x' }, [400, 'SignatureDoesNotMatch']],
      ['a header that is not signed', { headers: { 'x-acs-extra': '1' } }, [400, 'IncompleteSignature']],
      ['a date 16 minutes off', { at: new Date(Date.now() - 960_000) }, [400, 'InvalidTimeStamp.Expired']],
      ['no phone number', { parameters: { PhoneNumbers: '' } }, [400, 'MissingPhoneNumbers']],
      ['another signature text', { parameters: { SignName: 'x' } }, [200, 'isv.SMS_SIGNATURE_ILLEGAL']],
      ['an unknown template', { parameters: { TemplateCode: 'SMS_2' } }, [200, 'isv.SMS_TEMPLATE_ILLEGAL']],
      ['a missing variable', { parameters: { TemplateParam: '{}' } }, [200, 'isv.TEMPLATE_MISSING_PARAMETERS']],
      ['a number for a variable', { parameters: { TemplateParam: '{"name":1}' } }, [200, 'isv.INVALID_JSON_PARAM']],
      ['an address in a variable', { parameters: { TemplateParam: '{"name":"https://x"}' } }, [200, 'isv.PARAM_NOT_SUPPORT_URL']],
      [
        '36 characters in a variable',
        { parameters: { TemplateParam: JSON.stringify({ name: '王'.repeat(36) }) } },
        [200, 'isv.PARAM_LENGTH_LIMIT'],
      ],
    ])('refuses %s', async (_, change, answer) => {
      const { server, call } = await start();
      expect(await call(change)).toEqual(answer);
      expect(server.messages).toEqual([]);
    });
  });

  describe('inbox', () => {
    it('gives a message to whoever waits for one like it, and each once', async () => {
      const inbox = createInbox<number>('numbers');
      const even = inbox.next((n) => n % 2 === 0);
      const any = inbox.next();
      inbox.put(1);
      inbox.put(2);
      expect([await even, await any]).toEqual([2, 1]);
      await expect(inbox.next(() => true, 10)).rejects.toThrow('nothing fitting came within 10 ms; 2 message(s) came in all');
    });

    it('can be followed, without taking messages from those who wait', async () => {
      const inbox = createInbox<number>('numbers');
      const seen: number[] = [];
      const following = (async () => {
        for await (const n of inbox) seen.push(n);
      })();
      const first = inbox.next();
      inbox.put(1);
      inbox.put(2);
      expect(await first).toBe(1);
      expect(await inbox.next()).toBe(2);
      inbox.close();
      await following;
      expect(seen).toEqual([1, 2]);
    });
  });
});
