# The page in a container. Nothing is stored in it, so it can be thrown away and run in any number (docs/deploy.md).
FROM python:3.13-slim

RUN useradd --create-home page
WORKDIR /home/page/lumbayes

# What the page needs, at the versions of the lock and without the tools of the tests; changes seldom,
# so it comes first.
COPY pyproject.toml requirements.lock ./
RUN python -c "import tomllib; p = tomllib.load(open('pyproject.toml', 'rb'))['project']; print(*p['dependencies'], *p['optional-dependencies']['page'], sep='\n')" > needed.txt \
    && pip install --no-cache-dir --constraint requirements.lock --requirement needed.txt

COPY README.md LICENSE ./
COPY model model
COPY priors priors
COPY app app
RUN pip install --no-cache-dir --no-deps .

USER page
# Compiled once here, for the user who runs it: otherwise each start compiles again.
ENV NUMBA_CACHE_DIR=/home/page/compiled
RUN python -c "import lumbayes.engine.kernels.sweep"

EXPOSE 8501
HEALTHCHECK --interval=30s --timeout=5s --start-period=60s \
    CMD ["python", "-c", "import urllib.request; urllib.request.urlopen('http://127.0.0.1:8501/_stcore/health', timeout=4)"]
CMD ["lumbayes", "app", "--server.address=0.0.0.0", "--server.port=8501", "--server.headless=true"]
