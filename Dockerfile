# Three stages: what a build needs, what a server needs, and the image that has only the latter and the built files.

FROM node:24-bookworm-slim AS packages
WORKDIR /app
COPY package.json package-lock.json .npmrc ./

FROM packages AS build
# No package may run anything: nothing here needs it, bcrypt brings its binaries along.
RUN npm ci --ignore-scripts
COPY . .
RUN npm run build

FROM packages AS dependencies
RUN npm ci --omit=dev --ignore-scripts

FROM node:24-bookworm-slim
# A server installs nothing, and nobody who breaks into one should.
RUN rm -rf /usr/local/lib/node_modules /opt/yarn-*
ENV NODE_ENV=production
WORKDIR /app
# Says that our files are modules.
COPY package.json ./
COPY --from=dependencies /app/node_modules ./node_modules
COPY --from=build /app/dist ./dist
USER node
EXPOSE 3000
STOPSIGNAL SIGTERM
# Alive, not ready: it asks nothing of the database, whose absence no new process mends. A first start may have to migrate.
HEALTHCHECK --interval=10s --timeout=5s --start-period=10m \
  CMD ["node", "-e", "fetch(`http://127.0.0.1:${process.env.PORT || 3000}/healthz`).then(({ ok }) => process.exit(ok ? 0 : 1), () => process.exit(1))"]
# README, "Run it", says what the flag is for.
CMD ["node", "--min-semi-space-size=16", "dist/server/main.js"]
