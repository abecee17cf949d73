# trkstruct on the CPU, in an image that runs the demo:
#   docker build -t trkstruct .
#   docker run --rm -v "$PWD/out:/work" trkstruct            # the demo; writes out/trkstruct-out/report.html
#   docker run --rm -v "$PWD:/work" trkstruct trkstruct show G595R
FROM python:3.12-slim AS build
WORKDIR /source
COPY . .
RUN python -m pip wheel --no-cache-dir --no-deps --wheel-dir /wheels .

FROM python:3.12-slim
COPY --from=build /wheels /wheels
RUN python -m pip install --no-cache-dir /wheels/*.whl && rm -r /wheels
ENV XDG_CACHE_HOME=/tmp/cache
WORKDIR /work
CMD ["trkstruct", "scan", "--kinase", "TRKA", \
     "--mutation", "WT", "--mutation", "G595R", "--mutation", "F589L", "--mutation", "G667C", \
     "--ligand", "larotrectinib", "--ligand", "entrectinib", "--ligand", "selitrectinib", "--ligand", "repotrectinib", \
     "--output", "trkstruct-out"]
