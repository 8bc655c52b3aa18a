# Build: types stripped, assets copied. Run: production packages only, one platform's binaries, no root.
FROM node:24-bookworm-slim AS build
WORKDIR /build
COPY package.json package-lock.json .npmrc ./
COPY ohif-extension/package.json ./ohif-extension/
RUN npm ci --no-audit --no-fund
COPY tsconfig.json tsconfig.build.json ./
COPY src ./src
RUN npm run build
# The viewer, from its published package, pinned by digest (src/viewer/release.ts); and our extension for it.
RUN node dist/viewer/fetch-viewer.js viewer
COPY ohif-extension ./ohif-extension
RUN npm run build -w ohif-extension
RUN npm prune --omit=dev --no-audit --no-fund
# ONNX Runtime brings the binaries of every platform, 200 MB of them for others.
RUN cd node_modules/onnxruntime-node/bin/napi-v6 && ls | grep -vx linux | xargs rm -r \
  && cd linux && ls | grep -vx "$(node -p process.arch)" | xargs -r rm -r

FROM node:24-bookworm-slim
ENV NODE_ENV=production PLUMBLINE_DATA=/data
WORKDIR /opt/plumbline
COPY --from=build /build/node_modules ./node_modules
COPY --from=build /build/dist ./dist
COPY --from=build /build/viewer ./viewer
COPY --from=build /build/ohif-extension/dist ./ohif-extension/dist
COPY package.json LICENSE ./
COPY config ./config
COPY dicom-templates ./dicom-templates
RUN install -d -o node -g node /data
USER node
VOLUME /data
EXPOSE 8484
HEALTHCHECK --interval=30s --timeout=5s --start-period=30s \
  CMD ["node", "-e", "fetch('http://127.0.0.1:' + (process.env.PLUMBLINE_PORT || 8484) + '/healthz').then(r => process.exit(r.ok ? 0 : 1), () => process.exit(1))"]
# Inside a container loopback is not reachable from outside: give --config a file with auth and host 0.0.0.0.
ENTRYPOINT ["node", "dist/cli.js"]
CMD ["serve"]
