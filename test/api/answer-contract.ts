import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js';
import { z } from 'zod';

const operation = z.looseObject({
  responses: z.record(z.string(), z.looseObject({ content: z.record(z.string(), z.looseObject({ schema: z.unknown() })).optional() })),
});
const documentSchema = z.looseObject({ paths: z.record(z.string(), z.record(z.string(), operation)) });

/** One answer as it came over the wire. */
export interface WireAnswer {
  readonly method: string;
  readonly url: string;
  readonly status: number;
  readonly type: string;
  readonly text: string;
}

/** Checks real answers against the OpenAPI document that the same gateway publishes. */
export const createAnswerContract = (document: unknown) => {
  const { paths } = documentSchema.parse(document);
  const ajv = new Ajv2020({ strict: false, validateFormats: false, allErrors: true });
  const validators = new Map<string, ValidateFunction>();
  const answered = new Set<string>();
  const routes = Object.keys(paths)
    // Fixed words before parameters: /api/x/last is not /api/x/{id}.
    .toSorted((a, b) => Number(a.includes('{')) - Number(b.includes('{')))
    .map((path) => ({ path, pattern: new RegExp(`^${path.replaceAll(/\{[^}]+\}/g, '[^/]+')}$`) }));

  const validatorOf = (route: string, status: string, type: string, schema: unknown): ValidateFunction => {
    const key = `${route} ${status} ${type}`;
    const known = validators.get(key);
    if (known !== undefined) return known;
    const made = ajv.compile(schema as object);
    validators.set(key, made);
    return made;
  };

  return {
    answered,
    routes: Object.entries(paths).flatMap(([path, methods]) => Object.keys(methods).map((method) => `${method.toUpperCase()} ${path}`)),
    check({ method, url, status, type, text }: WireAnswer): void {
      const [path = ''] = url.split('?', 1);
      const route = routes.find(({ pattern }) => pattern.test(path));
      const found = route === undefined ? undefined : paths[route.path]?.[method.toLowerCase()];
      if (route === undefined || found === undefined) {
        if (status !== 404) throw new Error(`${method} ${path} answers ${status} and is not in the document`);
        return;
      }
      const name = `${method} ${route.path}`;
      if (status < 300) answered.add(name);
      const response = found.responses[String(status)] ?? found.responses['default'];
      if (response === undefined) throw new Error(`${name}: ${status} is not documented`);
      if (text === '' || response.content === undefined) return;
      const [media = ''] = type.split(';', 1);
      const documented = response.content[media];
      if (documented === undefined) throw new Error(`${name}: ${status} as ${media} is not documented`);
      if (!media.includes('json')) return;
      const validate = validatorOf(name, String(status), media, documented.schema);
      if (!validate(JSON.parse(text))) throw new Error(`${name} ${status}: ${ajv.errorsText(validate.errors)}\n${text.slice(0, 500)}`);
    },
  };
};
