import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { z } from 'zod';
import { gatewayConfigSchema } from '../../gateway/compose/config-schema.ts';
import { loadConfig } from '../../gateway/config/load-config.ts';

const root = join(import.meta.dirname, '..', '..');
const text = (file: string): string => readFileSync(join(root, file), 'utf8');

const serviceSchema = z.object({
  image: z.string(),
  build: z.string().optional(),
  command: z.array(z.string()).optional(),
  environment: z.record(z.string(), z.string()).optional(),
  volumes: z.array(z.string()).optional(),
  ports: z.array(z.string()).optional(),
  healthcheck: z.object({ test: z.array(z.string()), interval: z.string(), timeout: z.string(), retries: z.number() }),
  depends_on: z.record(z.string(), z.object({ condition: z.enum(['service_started', 'service_healthy']) })).optional(),
  read_only: z.boolean().optional(),
  cap_drop: z.array(z.string()).optional(),
  security_opt: z.array(z.string()),
  restart: z.string(),
});
const composeSchema = z.object({ services: z.record(z.string(), serviceSchema), volumes: z.record(z.string(), z.unknown()) });
const { services, volumes } = composeSchema.parse(parse(text('docker-compose.yml')));
const dockerfile = text('Dockerfile');

describe('the compose file', () => {
  it('runs the gateway, InfluxDB and a simulated street', () => {
    expect(Object.keys(services).sort()).toEqual(['gateway', 'influxdb', 'street']);
  });

  it('pins every image to a full version, the base of our own too', () => {
    for (const { image } of Object.values(services)) expect(image).toMatch(/^[a-z]+:\d+\.\d+\.\d+$/);
    expect(dockerfile).toMatch(/^ARG NODE_IMAGE=node:24\.\d+\.\d+-bookworm-slim$/m);
    for (const from of dockerfile.match(/^FROM .*$/gm) ?? []) expect(from).toMatch(/^FROM \$\{NODE_IMAGE\}/);
  });

  it('asks every service how it is, and the gateway whether it is ready', () => {
    expect(services['gateway']?.healthcheck.test.join(' ')).toContain('/readyz');
    expect(dockerfile).toContain('/readyz');
    expect(services['influxdb']?.healthcheck.test.join(' ')).toContain('/ping');
  });

  it('opens only the ports of the gateway, and those to this machine alone until told otherwise', () => {
    expect(services['influxdb']?.ports).toBeUndefined();
    expect(services['street']?.ports).toBeUndefined();
    const published = services['gateway']?.ports ?? [];
    expect(published.map((port) => port.split(':').at(-1))).toEqual(['8080', '8883', '1883']);
    for (const port of published) expect(port).toMatch(/^\$\{CAREBED_BIND:-127\.0\.0\.1\}:(\d+):\1$/);
  });

  it('holds no secret: each comes from the environment, and starting without it is refused', () => {
    const secrets = Object.values(services).flatMap(({ environment = {} }) =>
      Object.entries(environment).filter(([name]) => /PASSWORD|SECRET|TOKEN|KEY/.test(name)),
    );
    expect(secrets.length).toBeGreaterThan(2);
    for (const [, value] of secrets) expect(value).toMatch(/^\$\{[A-Z_]+:\?[^}]+\}$/);
    expect(text('.gitignore').split('\n')).toContain('.env');
    const filled = text('.env.example')
      .split('\n')
      .filter((line) => /^[A-Z_]*(PASSWORD|SECRET|TOKEN|KEY)[A-Z_]*=./.test(line));
    expect(filled).toEqual([]);
  });

  it('lets nothing of ours run as root or write outside its volume', () => {
    expect(dockerfile).toMatch(/^USER node$/m);
    for (const name of ['gateway', 'street']) {
      expect(services[name]).toMatchObject({ read_only: true, cap_drop: ['ALL'], security_opt: ['no-new-privileges:true'] });
    }
  });

  it('names only volumes and files that exist', () => {
    const sources = Object.values(services).flatMap(({ volumes: mounts = [] }) => mounts.map((mount) => mount.split(':')[0] ?? ''));
    const named = sources.filter((source) => !source.startsWith('.'));
    expect([...new Set(named)].sort()).toEqual(Object.keys(volumes).sort());
    for (const file of sources.filter((source) => source.startsWith('.'))) expect(existsSync(join(root, file))).toBe(true);
  });

  it('a call for help does not wait for InfluxDB', () => {
    expect(services['gateway']?.depends_on).toEqual({ influxdb: { condition: 'service_started' } });
  });

  it('gives the gateway a configuration that it takes, with the ports and the secrets that the file names', () => {
    const environment = services['gateway']?.environment ?? {};
    const config = loadConfig(join(root, 'deploy', 'gateway.yaml'), gatewayConfigSchema, environment);
    expect([config.http.port, config.mqtts?.port, config.mqtt?.port]).toEqual([8080, 8883, 1883]);
    expect(config.telemetry).toMatchObject({
      store: 'influxdb',
      url: 'http://influxdb:8086',
      database: services['influxdb']?.environment?.['INFLUXDB_DB'],
      username: services['influxdb']?.environment?.['INFLUXDB_USER'],
      password: services['influxdb']?.environment?.['INFLUXDB_USER_PASSWORD'],
    });
  });

  it('speaks to the street in words that the simulators know', () => {
    const [program, entry = '', ...words] = services['street']?.command ?? [];
    expect(program).toBe('node');
    const help = execFileSync(process.execPath, [join(root, entry), '--help'], { encoding: 'utf8' });
    for (const word of words.filter((it) => it.startsWith('--'))) expect(help).toContain(word);
  });
});

describe('the image', () => {
  it('holds every folder that the gateway and the street are made of, and they pass what keeps the rest out', () => {
    const copied = [...dockerfile.matchAll(/^COPY (\S+) \.\/\1$/gm)].map(([, folder]) => folder);
    expect(copied).toEqual(['domain', 'broker', 'alerts', 'gateway', 'simulators']);
    const kept = text('.dockerignore').split('\n');
    expect(kept[0]).toBe('*');
    for (const folder of copied) expect(kept).toContain(`!${folder}`);
  });
});
