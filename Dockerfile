# The gateway, and the simulated street beside it: Node runs the TypeScript as it is, so there is nothing to build but node_modules.
ARG NODE_IMAGE=node:24.21.0-bookworm-slim

FROM ${NODE_IMAGE} AS dependencies
WORKDIR /opt/carebed
COPY package.json package-lock.json .npmrc ./
RUN npm ci --omit=dev && npm cache clean --force \
  && node -e "new (require('better-sqlite3'))(':memory:').exec('select 1')"

FROM ${NODE_IMAGE}
ENV NODE_ENV=production
WORKDIR /opt/carebed
COPY --from=dependencies /opt/carebed/node_modules ./node_modules
COPY package.json ./
COPY domain ./domain
COPY broker ./broker
COPY alerts ./alerts
COPY gateway ./gateway
COPY simulators ./simulators
RUN install --directory --owner=node --group=node --mode=0700 /var/lib/carebed
USER node
VOLUME /var/lib/carebed
EXPOSE 1883 8080 8083 8883
HEALTHCHECK --interval=10s --timeout=5s --start-period=30s --retries=3 \
  CMD ["node", "-e", "fetch('http://127.0.0.1:8080/readyz').then((answer) => process.exit(Number(!answer.ok)))"]
CMD ["node", "gateway/main.ts", "--data", "/var/lib/carebed", "--config", "/etc/carebed/gateway.yaml"]
