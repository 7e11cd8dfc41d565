# The gateway, and its Bluetooth service (ble/). Build and run stages have the Node that package.json pins.
FROM node:24.21.0-bookworm AS build
WORKDIR /app
COPY package.json package-lock.json .npmrc ./
RUN npm ci
# i2c-bus has no binary in its package, and is built for this Node: ADS1115 converters need it.
RUN node /usr/local/lib/node_modules/npm/node_modules/node-gyp/bin/node-gyp.js rebuild --directory node_modules/i2c-bus
COPY . .
RUN npm run build && npm prune --omit=dev

FROM node:24.21.0-bookworm-slim
WORKDIR /app
# gpiomon sees a button at a GPIO line. The Bluetooth service opens its adapter as nobody special, with two rights that it
# gets from a copy of setpriv, and that a container has to be given (cap_add): nothing else here can get any.
RUN apt-get update \
    && apt-get install -y --no-install-recommends gpiod libcap2-bin \
    && install -m 0750 -g node /usr/bin/setpriv /usr/local/bin/with-radio-rights \
    && setcap cap_net_admin,cap_net_raw+ep /usr/local/bin/with-radio-rights \
    && apt-get purge -y --auto-remove libcap2-bin \
    && rm -rf /var/lib/apt/lists/* \
    && find / -xdev -type f -perm /6000 -exec chmod a-s {} +
RUN mkdir /data /radio && chown node:node /data /radio && chmod 0700 /data /radio
COPY --from=build /app/package.json ./
COPY --from=build /app/node_modules ./node_modules
COPY --from=build /app/dist/gateway ./dist/gateway
COPY --from=build /app/dist/ble ./dist/ble
COPY --from=build /app/bin ./bin
COPY --from=build /app/deploy ./deploy
ENV NODE_ENV=production \
    PATH=/app/bin:$PATH \
    EGW_DATA_DIR=/data \
    EGW_HOST=0.0.0.0 \
    EGW_LOG=json
USER node
VOLUME /data
EXPOSE 8080
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=30s --timeout=5s --start-period=60s --retries=3 CMD ["node", "/app/deploy/health-check.mjs"]
CMD ["node", "/app/dist/gateway/main.js"]
