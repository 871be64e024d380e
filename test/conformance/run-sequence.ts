import { bytesOf } from './packet-words.ts';
import { connect, pingreq, publish, pubrelOfOne } from './packets.ts';
import type { Sequence, Step } from './sequences.ts';
import { type Address, Wire } from './wire.ts';

const typeConnack = 0x20;
const typePingresp = 0xd0;

const signIn = async (wire: Wire, clientId: string): Promise<void> => {
  wire.send(connect(clientId));
  const { header, body } = await wire.packet();
  if (header !== typeConnack || body[1] !== 0) throw new Error(`not let in: ${header.toString(16)} ${body.toString('hex')}`);
};

const ping = async (wire: Wire): Promise<void> => {
  wire.send(pingreq);
  const { header } = await wire.packet();
  if (header !== typePingresp) throw new Error(`no PINGRESP but ${header.toString(16)}`);
};

/** Another client says something, and is told that it has arrived. */
const publishAside = async (address: Address, step: Extract<Step, { type: 'external_publish' }>): Promise<void> => {
  const helper = await Wire.to(address);
  try {
    await signIn(helper, 'helper');
    helper.send(publish(step.topic, step.payload, step.qos, step.retain));
    if (step.qos === 0) return await ping(helper);
    await helper.packet();
    if (step.qos !== 2) return;
    helper.send(pubrelOfOne);
    await helper.packet();
  } finally {
    helper.close();
  }
};

/** Plays a sequence against a server. Null when it went as it should, otherwise what was different. */
export const runSequence = async (sequence: Sequence, address: Address): Promise<string | null> => {
  const wire = await Wire.to(address);
  try {
    if (sequence.signsIn) await signIn(wire, sequence.name);
    for (const step of sequence.steps) {
      if (step.type === 'external_publish') await publishAside(address, step);
      else if (step.type === 'send') wire.send(bytesOf(step.payload));
      else {
        const wanted = bytesOf(step.payload);
        const heard = await wire.read(wanted.length);
        if (!heard.equals(wanted)) throw new Error(`heard ${heard.toString('hex')}, not ${wanted.toString('hex')}`);
      }
    }
    await (sequence.endsCut ? wire.end() : ping(wire));
    return null;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  } finally {
    wire.close();
  }
};
