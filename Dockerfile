# The image of the control plane: atomo-fleet, atomoctl, atomo-keeper, the site's files and the linked libraries. It contains no
# shell, no package manager and no stand-in server. docs/production.md says how to run it.
#
#   docker build -t atomo-fleet:0.1.0 .                                    from the sources
#   docker build -t atomo-fleet:0.1.0 --build-arg TREE=given -f Dockerfile FOLDER
#                                                                          from a folder of `scripts/package root`
#
# Requires BuildKit, Docker's default since 23 (DOCKER_BUILDKIT=1 before): it builds only the stages that are needed.

# The build stage: a Debian with Rust by rustup, and the source of Node.js for the site's files.
ARG BUILD_IMAGE=rust:1-bookworm
ARG NODE_IMAGE=node:22-bookworm-slim
# Its pg_dump and pg_restore make backups: of the same major version as the newest database server, and the same Debian as the build.
ARG POSTGRES_IMAGE=postgres:18-bookworm
# The base of the final image. A Debian of the same release would add a shell; nothing of it is needed.
ARG BASE_IMAGE=scratch
ARG TREE=built

FROM ${NODE_IMAGE} AS node

FROM ${POSTGRES_IMAGE} AS clients
RUN mkdir /libraries && ldd /usr/lib/postgresql/*/bin/pg_dump | grep -oE '/[^ ]+\.so[^ ]*' | xargs -I {} cp -L {} /libraries/

FROM ${BUILD_IMAGE} AS built
RUN apt-get update \
  && apt-get install -y --no-install-recommends build-essential ca-certificates git libgssapi-krb5-2 libldap-2.5-0 liblz4-1 libssl-dev libzstd1 pkg-config \
  && rm -rf /var/lib/apt/lists/*
COPY --from=node /usr/local/bin/node /usr/local/bin/node
COPY --from=node /usr/local/lib/node_modules /usr/local/lib/node_modules
RUN ln -s ../lib/node_modules/npm/bin/npm-cli.js /usr/local/bin/npm
COPY --from=clients /usr/lib/postgresql /usr/lib/postgresql
COPY --from=clients /libraries/libpq.so.5 /usr/lib/libpq.so.5
COPY . /src
WORKDIR /src
RUN npm ci --omit=dev --no-fund --no-audit && scripts/build --release && scripts/package root /root-fs

FROM scratch AS given
COPY . /root-fs

FROM ${TREE} AS tree

FROM ${BASE_IMAGE}
ARG VERSION=0.1.0
ARG REVISION=unknown
LABEL org.opencontainers.image.title="Atomo Fleet" \
  org.opencontainers.image.description="The control plane for a portfolio of Atomo projects" \
  org.opencontainers.image.licenses="AGPL-3.0-or-later" \
  org.opencontainers.image.version="${VERSION}" \
  org.opencontainers.image.revision="${REVISION}"
COPY --from=tree /root-fs/ /
# Same uid as in the published image of atomo-server, so that both own the folders of the host that they share.
COPY --from=tree --chown=65532:65532 /root-fs/var/lib/atomo-fleet /var/lib/atomo-fleet
USER 65532:65532
ENV PATH=/opt/atomo-fleet/bin \
  SSL_CERT_FILE=/etc/ssl/certs/ca-certificates.crt \
  ATOMO_FLEET_DATA_DIR=/var/lib/atomo-fleet
# With ATOMO_FLEET_DRIVER=docker this must be a folder of the host at the same path: the engine mounts its subfolders into the
# projects' containers by the host's path.
VOLUME /var/lib/atomo-fleet
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=10s --timeout=6s --start-period=60s --retries=3 CMD ["/opt/atomo-fleet/bin/atomo-fleet", "health"]
ENTRYPOINT ["/opt/atomo-fleet/bin/atomo-fleet"]
CMD ["serve"]
