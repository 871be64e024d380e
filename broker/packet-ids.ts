/** The largest packet identifier (MQTT 2.3.1). */
const largest = 65_535;

/**
 * The packet identifiers of what is sent to each device: 1, 2, 3 … over all its connections, and 1 again after the last. aedes begins with a random
 * one in every connection, which may be that of a command still waiting for its acknowledgement from the connection before (MQTT-2.3.1-4); as
 * fewer than 65,535 ever wait, one that goes on counting never is.
 */
export const createPacketIds = () => {
  const last = new Map<string, number>();
  return {
    next(device: string): number {
      const id = ((last.get(device) ?? 0) % largest) + 1;
      last.set(device, id);
      return id;
    },
  };
};
