# connspec in an image: docker build -t connspec . && docker run --rm --network host connspec server http://127.0.0.1:8080
FROM debian:12 AS build
COPY . /connspec
WORKDIR /connspec
RUN ./bootstrap package

FROM debian:12-slim
COPY --from=build /connspec/build/connspec_*.deb /tmp/
RUN apt-get update -q \
 && apt-get install -y -q --no-install-recommends /tmp/connspec_*.deb \
 && rm -rf /tmp/connspec_*.deb /var/lib/apt/lists/*
ENTRYPOINT ["connspec"]
