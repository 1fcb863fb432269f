# One static binary on an empty image. Only /data, the volume of a SQLite bank, is writable:
#
#   docker build -t bankcore .
#   docker run --read-only -p 127.0.0.1:5000:5000 -v bankcore:/data bankcore
#
# See docs/operations.md for what else it needs.
ARG GO_IMAGE=golang:1.26.8-bookworm

FROM ${GO_IMAGE} AS build
WORKDIR /src
COPY . .
# SQLite is C, so the binary links the C library statically. It must not load SQLite extensions, and Go resolves the names of hosts
# and users itself: for both, the C library would need the very same version of itself at run time.
RUN --mount=type=cache,target=/go/pkg/mod --mount=type=cache,target=/root/.cache/go-build \
    CGO_ENABLED=1 go build -trimpath -buildvcs=false -tags 'sqlite_omit_load_extension netgo osusergo' \
      -ldflags '-s -w -linkmode external -extldflags -static' -o /image/bankcore ./cmd/bankcore \
 && ! ldd /image/bankcore \
 && mkdir -p /image/etc/ssl/certs /image/data && chmod 0700 /image/data \
 && cp /etc/ssl/certs/ca-certificates.crt /image/etc/ssl/certs/

FROM scratch
COPY --from=build /image/bankcore /bankcore
COPY --from=build /image/etc /etc
COPY --from=build --chown=65532:65532 /image/data /data
# Temporary files of SQLite and of serve --demo go to the volume: there is no other place for them.
ENV ADDR=:5000 TMPDIR=/data
USER 65532:65532
WORKDIR /
EXPOSE 5000
VOLUME /data
ENTRYPOINT ["/bankcore"]
CMD ["serve"]
