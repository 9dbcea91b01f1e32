# The server in a container: non-root, a read-only root is enough, data in the volume /data.
FROM node:24-bookworm-slim AS build
WORKDIR /app
COPY package.json package-lock.json .npmrc tsconfig.json tsconfig.build.json ./
RUN npm ci --no-audit --no-fund
COPY src src
RUN npm run build && npm prune --omit=dev --no-audit --no-fund

FROM node:24-bookworm-slim
# Nothing is installed at run time, so no package manager stays in the image.
RUN rm -rf /usr/local/lib/node_modules /usr/local/bin/npm /usr/local/bin/npx /usr/local/bin/corepack /opt/yarn-* /usr/local/bin/yarn /usr/local/bin/yarnpkg \
  && mkdir /data && chown node:node /data
WORKDIR /app
COPY --from=build /app/package.json ./
COPY --from=build /app/node_modules node_modules
COPY --from=build /app/dist dist
COPY profiles/LICENSE profiles/LICENSE
COPY profiles/tables profiles/tables
COPY profiles/fsh-generated profiles/fsh-generated
COPY profiles/packages profiles/packages
COPY fixtures/monsieur-x fixtures/monsieur-x
COPY profiles/README.md profiles/README.md
COPY docs docs
COPY LICENSE README.md CHANGELOG.md CONTRIBUTING.md SECURITY.md ./
ENV NODE_ENV=production \
  PSI_HOST=0.0.0.0 \
  PSI_PORT=8080 \
  PSI_STORE=sqlite:/data
USER node
VOLUME /data
EXPOSE 8080
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=10s --timeout=5s --start-period=20s --retries=3 CMD ["node", "dist/cli/main.js", "health"]
ENTRYPOINT ["node", "--enable-source-maps", "dist/cli/main.js"]
CMD ["serve"]
