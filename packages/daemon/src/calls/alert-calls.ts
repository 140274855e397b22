import { randomBytes } from 'node:crypto';
import {
  type AlertChange,
  type AlertMute,
  type AlertRule,
  type AlertSettings,
  fault,
} from '@insula/contract';
import { checkRule, completeRule } from '@insula/monitoring';
import type { Reads } from '../http/calls.ts';
import { muteJudge } from '../http/visible.ts';
import type { Node } from '../node.ts';
import { keptChanges } from '../store/alert-store.ts';

type AlertCalls = Pick<Reads, Extract<keyof Reads, `alert.${string}`>>;

/** Random bytes of a secret: as many as SHA-256 has. */
const secretBytes = 32;

/** The calls on alerts. Each is done when it answers. */
export function alertCalls({ registry, monitoring, config, access: { gatekeeper } }: Node): AlertCalls {
  const { settings, alerts, alertStore } = monitoring;

  /** Rules keep the UUIDs of VEs: a name may become that of another. @throws CodedError ve_not_found */
  const withUuids = (ves: readonly string[]) =>
    ves.map((ve) => (ve.startsWith('group:') ? ve : registry.find(ve).spec.uuid));
  const nameOf = (ve: string) => registry.get(ve)?.spec.name ?? ve;
  const withNames = (rule: AlertRule): AlertRule => ({ ...rule, ves: rule.ves.map(nameOf) });
  const isNow = ({ until }: AlertMute) => Date.parse(until) > Date.now();
  const named = (mute: AlertMute): AlertMute => ({ ...mute, ve: mute.ve === null ? null : nameOf(mute.ve) });
  const ruleOf = (current: AlertSettings, id: number): AlertRule => {
    const found = current.rules.find((rule) => rule.id === id);
    if (found === undefined) throw fault('alert_rule_not_found', { rule: id });
    return found;
  };
  const checked = (rule: AlertRule): AlertRule => {
    checkRule(rule);
    return rule;
  };

  return {
    'alert.list': () => alerts.alerts(),
    'alert.history': ({ query, caller }) => {
      const uuid = query.ve === undefined ? undefined : registry.find(query.ve).spec.uuid;
      const { ve: _ve, limit = 100 } = query;
      if (gatekeeper.mayHave(caller, 'alert.read', gatekeeper.node)) return alertStore.history(uuid, limit);
      // what others' VEs did must not fill the limit
      const own = (change: AlertChange) =>
        change.uuid !== null && gatekeeper.mayHave(caller, 'alert.read', gatekeeper.veByUuid(change.uuid));
      return alertStore.history(uuid, keptChanges).filter(own).slice(0, limit);
    },
    'alert.rule.list': () => settings.current.rules.map(withNames),
    'alert.rule.add': async ({ body }) =>
      await settings.change((current) => {
        const rule = checked(
          completeRule(current.nextRule, { ...body, ...(body.ves ? { ves: withUuids(body.ves) } : {}) }),
        );
        const rules = [...current.rules, rule];
        return { settings: { ...current, rules, nextRule: rule.id + 1 }, result: withNames(rule) };
      }),
    'alert.rule.change': async ({ params, body }) =>
      await settings.change((current) => {
        const before = ruleOf(current, Number(params.rule));
        const ves = body.ves === undefined ? before.ves : withUuids(body.ves);
        const rule = checked({ ...before, ...body, ves });
        const rules = current.rules.map((one) => (one.id === rule.id ? rule : one));
        return { settings: { ...current, rules }, result: withNames(rule) };
      }),
    'alert.rule.remove': async ({ params }) =>
      await settings.change((current) => {
        const { id } = ruleOf(current, Number(params.rule));
        const rules = current.rules.filter((one) => one.id !== id);
        const mutes = current.mutes.filter((one) => one.rule !== id);
        return { settings: { ...current, rules, mutes }, result: null };
      }),
    'alert.mute': async ({ body, caller }) =>
      await settings.change((current) => {
        const rule = body.rule === undefined ? null : ruleOf(current, body.rule).id;
        const ve = body.ve === undefined ? null : registry.find(body.ve).spec.uuid;
        const until = new Date(Date.now() + body.minutes * 60_000).toISOString();
        const others = current.mutes.filter((one) => isNow(one) && !(one.rule === rule && one.ve === ve));
        const mutes = body.minutes === 0 ? others : [...others, { rule, ve, until }];
        const result = mutes.map(named).filter((mute) => muteJudge(gatekeeper, caller, mute));
        return { settings: { ...current, mutes }, result };
      }),
    'alert.mute.list': () => settings.current.mutes.filter(isNow).map(named),
    'alert.receiver.list': () =>
      settings.current.receivers.map(({ name, kind, address, from }) => ({ name, kind, address, from })),
    'alert.receiver.add': async ({ body }) =>
      await settings.change((current) => {
        const { name, kind, address, from = 'yellow' } = body;
        if (current.receivers.some((one) => one.name === name)) throw fault('name_taken', { name });
        refuseAddress(kind, address);
        if (kind === 'email' && config.mail === undefined)
          throw fault('host_lacks', {
            feature: 'a mail server',
            consequence: 'no e-mail can be sent',
            remedy: 'name one under mail in node.json',
          });
        const secret =
          kind === 'webhook' ? (body.secret ?? randomBytes(secretBytes).toString('base64url')) : null;
        const receiver = { name, kind, address, from };
        const kept = secret === null ? receiver : { ...receiver, secret };
        return {
          settings: { ...current, receivers: [...current.receivers, kept] },
          result: { ...receiver, secret },
        };
      }),
    'alert.receiver.remove': async ({ params }) =>
      await settings.change((current) => {
        const receivers = current.receivers.filter((one) => one.name !== params.receiver);
        if (receivers.length === current.receivers.length)
          throw fault('alert_receiver_not_found', { receiver: params.receiver });
        return { settings: { ...current, receivers }, result: null };
      }),
  };
}

/** @throws CodedError invalid_input for an address that is none of its kind */
function refuseAddress(kind: 'email' | 'webhook', address: string): void {
  const refuse = (problem: string) => fault('invalid_input', { field: 'address', problem });
  if (kind === 'email') {
    // one address: no list, no name beside it
    if (!/^[^\s@<>,;:"()[\]\\]+@[^\s@<>,;:"()[\]\\]+$/.test(address))
      throw refuse('it is no address of an e-mail, such as ops@example.org');
    return;
  }
  const url = URL.parse(address);
  if (url === null || (url.protocol !== 'https:' && url.protocol !== 'http:'))
    throw refuse('it is no URL that begins with https:// or http://');
  if (url.username !== '' || url.password !== '') throw refuse('leave user and password out of the URL');
}
