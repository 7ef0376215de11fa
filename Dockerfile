# Understudy: one image for the API, with the page, and for workers.
FROM node:22-bookworm-slim AS build
WORKDIR /app
ENV ONNXRUNTIME_NODE_INSTALL=skip
COPY . .
# Installing builds: dist/ and, in dist/studio, the page.
RUN npm ci --ignore-scripts=false --no-audit --no-fund && npm prune --omit=dev --ignore-scripts

FROM node:22-bookworm-slim
ENV NODE_ENV=production UNDERSTUDY_CACHE=/cache UNDERSTUDY_STORE=/corpus UNDERSTUDY_TOKENS=/secrets/tokens.json
WORKDIR /app
COPY --from=build /app/package.json /app/LICENSE /app/NOTICE ./
COPY --from=build /app/node_modules ./node_modules
COPY --from=build /app/dist ./dist
RUN ln -s /app/dist/src/cli/main.js /usr/local/bin/understudy && chmod +x /app/dist/src/cli/main.js \
  && mkdir -p /cache /corpus /secrets && chown node:node /cache /corpus /secrets
USER node
EXPOSE 8090
ENTRYPOINT ["understudy"]
CMD ["serve", "--host", "0.0.0.0", "--workers", "0"]
