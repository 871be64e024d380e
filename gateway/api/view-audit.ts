import { createHash } from 'node:crypto';
import type { Clock } from '../../domain/instant.ts';
import type { Principal } from '../../domain/scope.ts';
import type { AuditEntry, Keeper } from '../keeper/command.ts';

/** The same view by the same token within this time is one line: a page that refreshes itself is one look. */
const sameLookMs = 60_000;
const mostRemembered = 50_000;

/** What somebody was shown. */
export interface View {
  readonly entity: string;
  /** The ids that were shown; a list is one line in the audit, with all of them. */
  readonly ids: readonly string[];
  /** The home they belong to, when it is one. */
  readonly home: string | null;
  /** Views of alarms go on when the store cannot write: an operator must see a call also then. Everything else is not shown unaudited. */
  readonly evenUnaudited?: boolean;
}

export interface ViewAudit {
  /** Resolves when the view stands in the audit; to be awaited before anything is shown. */
  seen(principal: Principal, view: View): Promise<void>;
}

export const createViewAudit = (parts: { keeper: Keeper; clock: Clock; onLost: (entity: string) => void }): ViewAudit => {
  const looks = new Map<string, number>();

  const isRepeat = (key: string, now: number): boolean => {
    const last = looks.get(key);
    if (last !== undefined && now - last < sameLookMs) return true;
    if (looks.size >= mostRemembered) looks.clear();
    looks.set(key, now);
    return false;
  };

  return {
    async seen(principal, { entity, ids, home, evenUnaudited = false }) {
      if (ids.length === 0) return;
      const digest = createHash('sha256')
        .update(JSON.stringify([principal.token, entity, home, ids]))
        .digest('base64url');
      if (isRepeat(digest, parts.clock.monotonic())) return;
      const entry: AuditEntry =
        ids.length === 1
          ? { action: 'view', entity, entityId: ids[0] ?? '', home, detail: {} }
          : { action: 'view', entity, entityId: '*', home, detail: { count: ids.length, ids } };
      try {
        const context = { actor: principal.token, person: principal.person, audit: [entry], idempotency: null };
        await parts.keeper.execute({ type: 'audit-views' }, context);
      } catch (error) {
        looks.delete(digest);
        if (!evenUnaudited) throw error;
        parts.onLost(entity);
      }
    },
  };
};
