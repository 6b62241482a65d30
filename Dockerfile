# The image of the service and of the command line. How to run it: docs/deployment.md.

FROM python:3.11-slim AS build
WORKDIR /src
# Pins what builds the wheel, too: by the first name for pip up to 25.2, by the second from 25.3 on.
ENV PIP_CONSTRAINT=/src/constraints.txt \
    PIP_BUILD_CONSTRAINT=/src/constraints.txt \
    PIP_DISABLE_PIP_VERSION_CHECK=1 \
    PIP_NO_CACHE_DIR=1
# .dockerignore lets through only what the wheel is made of.
COPY . .
RUN python -m pip wheel . --quiet --no-deps --wheel-dir /dist
# pip compiles the modules, so that nothing needs to be written when they are loaded.
# The lock has every package, those of the extras too: what has another hash than the one that was tested is not installed.
RUN python -m venv --without-pip /opt/rolepath \
    && env -u PIP_CONSTRAINT python -m pip --python /opt/rolepath install --quiet --require-hashes -r locks/service.txt \
    && python -m pip --python /opt/rolepath install --quiet --no-deps /dist/*.whl

FROM python:3.11-slim
# The numbers are fixed, so that volumes fit the images to come.
RUN groupadd --gid 10001 rolepath \
    && useradd --uid 10001 --gid 10001 --no-log-init --no-create-home --home-dir /var/lib/rolepath \
        --shell /usr/sbin/nologin rolepath \
    && install --directory --owner 10001 --group 10001 --mode 0750 /var/lib/rolepath /var/cache/rolepath
COPY --from=build /opt/rolepath /opt/rolepath
ENV PATH=/opt/rolepath/bin:$PATH \
    PYTHONDONTWRITEBYTECODE=1 \
    PYTHONUNBUFFERED=1 \
    ROLEPATH_STORE=sqlite:////var/lib/rolepath/graph.db \
    ROLEPATH_STATE=/var/lib/rolepath/state.db \
    ROLEPATH_CACHE=/var/cache/rolepath/snapshots
# Nothing else is written, except temporary files in /tmp.
VOLUME ["/var/lib/rolepath", "/var/cache/rolepath"]
# Where files to import are mounted, so that their names are as short as outside.
WORKDIR /data
USER 10001:10001
# The service listens to 127.0.0.1 only, as everywhere: a published port does not reach it, the host's network does.
# An empty ProxyHandler, since containers may inherit a proxy that knows nothing of this address.
HEALTHCHECK --interval=30s --timeout=5s --start-period=30s --retries=3 \
    CMD ["python", "-c", "import urllib.request as r; r.build_opener(r.ProxyHandler({})).open('http://127.0.0.1:8000/healthz', timeout=3)"]
ENTRYPOINT ["rolepath"]
CMD ["serve"]
