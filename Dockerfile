# The image of compose.yaml: server and service differ in their command only.
FROM python:3.12-slim
WORKDIR /app
COPY pyproject.toml constraints.txt README.md LICENSE ./
COPY flows flows
COPY store store
COPY parsers parsers
RUN pip install --no-cache-dir --constraint constraints.txt .
RUN useradd --create-home --uid 1000 policy && mkdir /data && chown policy /data
USER policy
ENV DO_NOT_TRACK=1 POLICY_INGEST_DATA=/data POLICY_INGEST_SEEDS=/seeds
VOLUME /data
CMD ["policy-ingest", "serve", "--host", "0.0.0.0"]
