import type { Channel, Delivery, DeliveryResult } from '../../../domain/notification.ts';
import type { SmtpConfig } from './config.ts';
import { composeMail } from './message.ts';
import { openSmtpSession, SmtpFailure, type SmtpSession } from './smtp-session.ts';

/** A connection without work is closed after this long: mail servers drop idle ones within minutes. */
const idleMs = 30_000;

export interface EmailChannel extends Channel {
  close(): Promise<void>;
}

const failed = (code: string, detail: string, retry: boolean): DeliveryResult => ({
  state: 'failed',
  code,
  detail,
  retry,
  retryAfterMs: null,
});

const resultOf = (error: unknown): DeliveryResult => {
  if (!(error instanceof SmtpFailure)) return failed('email-broken-message', 'the mail could not be written', false);
  if (error.doubtful)
    return { state: 'unknown', code: 'email-cut-off', detail: 'the connection ended before the mail server said whether it took the mail' };
  // 4xx: try again later; 5xx: never will be (RFC 5321 §4.2.1).
  if (error.reply !== null) return failed(`email-smtp-${error.reply}`, `the mail server refused with ${error.reply}`, error.reply < 500);
  return failed('email-unreachable', `no session with the mail server (${error.code})`, true);
};

/**
 * E-mail over SMTP. A mail that the server took is `accepted`; a connection that ends between the mail's bytes and the server's answer is
 * `unknown`, and is not sent again by itself: mail has no way to ask.
 */
export const createEmailChannel = (options: { readonly config: SmtpConfig }): EmailChannel => {
  const { config } = options;
  const idle: { session: SmtpSession; timer: NodeJS.Timeout }[] = [];
  const busy = new Set<SmtpSession>();
  let closed = false;

  const takeIdle = (): SmtpSession | null => {
    for (let entry = idle.pop(); entry !== undefined; entry = idle.pop()) {
      clearTimeout(entry.timer);
      if (entry.session.usable) return entry.session;
    }
    return null;
  };

  const giveBack = (session: SmtpSession): void => {
    if (closed || !session.usable || idle.length >= config.connections) {
      session.close();
      return;
    }
    const timer = setTimeout(() => {
      idle.splice(
        idle.findIndex((entry) => entry.session === session),
        1,
      );
      session.close();
    }, idleMs);
    timer.unref();
    idle.push({ session, timer });
  };

  const sendOn = async (session: SmtpSession, to: string, mail: Buffer, deadline: AbortSignal): Promise<void> => {
    const abort = (): void => session.close();
    busy.add(session);
    deadline.addEventListener('abort', abort, { once: true });
    try {
      if (deadline.aborted) throw new SmtpFailure({ code: 'ABORT_ERR' }, false);
      await session.send(config.from, to, mail);
      giveBack(session);
    } catch (error) {
      session.close();
      throw error;
    } finally {
      deadline.removeEventListener('abort', abort);
      busy.delete(session);
    }
  };

  const deliver = async (to: string, mail: Buffer, deadline: AbortSignal): Promise<void> => {
    const kept = takeIdle();
    if (kept !== null) {
      try {
        return await sendOn(kept, to, mail, deadline);
      } catch (error) {
        // The server had hung up on the idle connection: nothing was sent, so a fresh one may be tried at once.
        const stale = error instanceof SmtpFailure && !error.doubtful && (error.reply === null || error.reply === 421) && !deadline.aborted;
        if (!stale) throw error;
      }
    }
    return sendOn(await openSmtpSession(config, deadline), to, mail, deadline);
  };

  const send = async (delivery: Delivery, signal: AbortSignal): Promise<DeliveryResult> => {
    if (delivery.address.channel !== 'email') return failed('email-wrong-address', 'the address is not an e-mail address', false);
    const { address } = delivery.address;
    const deadline = AbortSignal.any([signal, AbortSignal.timeout(config.timeoutSeconds * 1_000)]);
    try {
      await deliver(address, await composeMail(delivery, address, config), deadline);
      return { state: 'accepted', providerId: null, receiptExpected: false };
    } catch (error) {
      return resultOf(error);
    }
  };

  return {
    name: 'email',
    idempotent: false,
    send,
    close: async () => {
      closed = true;
      for (const { session, timer } of idle.splice(0)) {
        clearTimeout(timer);
        session.close();
      }
      for (const session of busy) session.close();
    },
  };
};
