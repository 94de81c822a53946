"""A large project: 50 apps and 1,000 jobs for two stacks, in a folder of its own."""

from pathlib import Path

APPS = 50
JOBS = 1000
STACKS = ("dev", "prod")

_TRIGGERS = (
    "{every: 15m}\nalert: {late: 45m}",
    '{cron: "%d %d * * *"}\nalert: {late: 25h}',
    "{every: 1h}\nalert: {late: 3h}",
    "{manual: true}",
    '{cron: "*/10 6-20 * * 1-5"}\nalert: {late: 3d}',
)
_HEAD = """\
# yaml-language-server: $schema=./schemas/oneplan.schema.json
version: 1
name: tempus
location: switzerlandnorth
time_zone: Europe/Zurich           # schedules are read in this zone
tags: {owner: web-team}
plan: {os: linux, sku: P3v3, instances: 1}
defaults:
  job: {timeout: 10m, alert: {failures: 1, notify: [ops]}}
notify:
  ops: {email: ops@watches.example}
containers: {photos: {}, thumbs: {}, reports: {}}
tables: {products: {}, stock-movements: {}}
"""
_APP = """\
  app-{app}:
    kind: web
    source: apps/app_{app}
    runtime: python:3.13
    command: gunicorn --bind=0.0.0.0:$PORT --threads 8 app_{app}:app
    health: /healthz
    env: {{QUEUE: "${{queues.photos-{app}.name}}", LOG: info}}
    sends: [photos-{app}]
    uses: {{photos: write, thumbs: read}}
"""
_JOB = """\
# yaml-language-server: $schema=../../schemas/job.schema.json
summary: Bring the numbers of supplier {number} in line with the feed
app: app-{app}
trigger: {trigger}
command: python -m stock_sync --supplier {number}
timeout: 9m
retries: 2
priority: low                      # the sites on the plan keep the processor
env: {{FEED: feed.csv, SUPPLIER: "supplier {number}"}}
uses: {{products: write, stock-movements: write}}
"""
_READER = """\
# yaml-language-server: $schema=../../schemas/job.schema.json
summary: Make three sizes of every uploaded watch photo
app: app-{app}
trigger: {{queue: photos-{app}}}
command: python -m thumbnails
priority: low
stop_grace: 30s                    # time to finish the photo in hand
uses: {{photos: read, thumbs: write}}
"""


def write(root: Path, jobs: int = JOBS) -> list[Path]:
    """Writes the project, or the part of it that has so many jobs, and returns its YAML files."""
    apps = min(APPS, jobs)
    files = [root / "oneplan.yaml", *(root / f"Pulumi.{stack}.yaml" for stack in STACKS)]
    files[0].write_text(_project(apps))
    for stack, file in zip(STACKS, files[1:], strict=True):
        file.write_text(_overrides(stack, jobs))
    for app in range(apps):
        (root / f"apps/app_{app}").mkdir(parents=True)
    for number in range(jobs):
        file = root / f"jobs/job_{number}/job.yaml"
        file.parent.mkdir(parents=True)
        file.write_text(_job(number))
        file.with_name("thumbnails.py" if number < APPS else "stock_sync.py").touch()
        files.append(file)
    return files


def _project(count: int) -> str:
    apps = "".join(_APP.format(app=app) for app in range(count))
    settings = "{attempts: 5, lease: 5m, keep: 7d, alert: {poison: 1, notify: [ops]}}"
    queues = "".join(f"  photos-{app}: {settings}\n" for app in range(count))
    return f"{_HEAD}apps:\n{apps}queues:\n{queues}"


def _overrides(stack: str, count: int) -> str:
    jobs = "".join(f"      job-{number}: {{enabled: false}}\n" for number in range(0, count, 50))
    plan = "{sku: P3v3, instances: 2}" if stack == "prod" else "{sku: P2v3}"
    return f"config:\n  oneplan:target: local\n  oneplan:overrides:\n    plan: {plan}\n    jobs:\n{jobs}"


def _job(number: int) -> str:
    app = number % APPS
    if number < APPS:
        return _READER.format(app=app)
    trigger = _TRIGGERS[number % len(_TRIGGERS)]
    shown = trigger % (number % 60, number % 24) if "%d" in trigger else trigger
    return _JOB.format(number=number, app=app, trigger=shown)
