import { describe, expect, it } from 'vitest';
import { encodeRfc3986, signAcs3 } from './acs3-signature.ts';

const published = {
  host: 'ecs.cn-shanghai.aliyuncs.com',
  action: 'RunInstances',
  version: '2014-05-26',
  parameters: { RegionId: 'cn-shanghai', ImageId: 'win2019_1809_x64_dtc_zh-cn_40G_alibase_20230811.vhd' },
  accessKeyId: 'YourAccessKeyId',
  accessKeySecret: 'YourAccessKeySecret',
};

describe('the V3 signature', () => {
  it.each([
    ['2023-10-26T10:22:32Z', '3156853299f313e23d1673dc12e1703d', '06563a9e1b43f5dfe96b81484da74bceab24a1d853912eee15083a6f0f3283c0'],
    ['2023-10-26T09:01:01Z', 'd410180a5abf7fe235dd9b74aca91fc0', 'e521358f7776c97df52e6b2891a8bc73026794a071b50c3323388c4e0df64804'],
  ])('of %s is the one Aliyun has published', (at, nonce, signature) => {
    expect(signAcs3({ ...published, at: new Date(at), nonce }).headers['authorization']).toBe(
      'ACS3-HMAC-SHA256 Credential=YourAccessKeyId,SignedHeaders=host;x-acs-action;x-acs-content-sha256;x-acs-date;' +
        `x-acs-signature-nonce;x-acs-version,Signature=${signature}`,
    );
  });

  it('encodes after RFC 3986', () => {
    expect(encodeRfc3986("a b*c~d!'()王&=")).toBe('a%20b%2Ac~d%21%27%28%29%E7%8E%8B%26%3D');
  });
});
