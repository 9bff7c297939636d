# Two stages: npm's files are collected into var/static, and no Node.js is left in the image that runs.
FROM node:22-slim AS assets
WORKDIR /app
COPY package.json package-lock.json .npmrc ./
RUN npm ci --ignore-scripts --omit=dev --no-audit --no-fund

FROM python:3.11-slim AS app
ENV PYTHONUNBUFFERED=1 PIP_NO_CACHE_DIR=1 PIP_DISABLE_PIP_VERSION_CHECK=1
WORKDIR /app
COPY scripts/requirements-uv.txt requirements.txt ./
RUN pip install --require-hashes -r requirements-uv.txt \
    && uv pip install --system --require-hashes --compile-bytecode -r requirements.txt \
    && pip uninstall -y uv
COPY . .
COPY --from=assets /app/node_modules node_modules
# Collecting needs settings, not a server: these values are never used to serve.
RUN useradd --uid 10001 --no-create-home --shell /usr/sbin/nologin gatehouse \
    && export SECRET_KEY=build DATABASE_URL=postgres://build@build/build REDIS_URL=redis://build \
    && python manage.py build_icons && python manage.py collectstatic --noinput --verbosity 0 \
    && rm -rf node_modules && mkdir -p var/run && chown gatehouse var/run
USER gatehouse
EXPOSE 8000
CMD ["gunicorn", "pmo.wsgi:application", "--bind", "0.0.0.0:8000", "--preload", "--workers", "3", "--threads", "4", \
     "--worker-tmp-dir", "/dev/shm", "--control-socket", "/app/var/run/gunicorn.ctl", "--max-requests", "2000", "--max-requests-jitter", "200"]
