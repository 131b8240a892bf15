# The program and nothing else: static, and not root.
FROM rust:1-alpine AS build
RUN apk add --no-cache musl-dev
WORKDIR /src
COPY . .
RUN cargo build --release --locked && strip target/release/plimsoll

FROM scratch
COPY --from=build /etc/ssl/certs/ca-certificates.crt /etc/ssl/certs/
COPY --from=build /src/target/release/plimsoll /plimsoll
USER 65534:65534
ENTRYPOINT ["/plimsoll"]
