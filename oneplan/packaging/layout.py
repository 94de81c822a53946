"""Decides what a site's package consists of: source folders, generated files, requirement files."""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from pathlib import Path

from oneplan.errors import PackagingError
from oneplan.manifest.values import App, Job, Manifest
from oneplan.packaging.builds import check_builds
from oneplan.packaging.ignore import JOB_PATTERNS, rules_for
from oneplan.packaging.jobs import GeneratedFile, JobLayout, lay_out_job, relative_path
from oneplan.packaging.node import LOCK, MODULES, PACKAGE, NodeModules, platform_of
from oneplan.packaging.tree import Source, unreadable
from oneplan.packaging.values import PackagedJob

DEPLOY_MANIFEST = "App_Data/deploy-manifest.json"
SITE_PACKAGES = ".python_packages/lib/site-packages/"
REQUIREMENTS = "requirements.txt"


@dataclass(frozen=True, slots=True)
class Layout:
    """The parts of one site's package, before any file of it is read."""

    app: App
    sources: tuple[Source, ...]
    generated: Mapping[str, GeneratedFile]
    """By name in the package."""
    jobs: tuple[PackagedJob, ...]
    requirements: tuple[Path, ...]
    """The site's and its jobs' requirement files, those that exist."""
    node: tuple[NodeModules, ...] = ()
    """The modules of the site and its jobs, where a lock file names them."""


def lay_out(manifest: Manifest, app: App) -> Layout:
    """Returns the layout of the app and its jobs.

    Raises:
        PackagingError: if a folder cannot be read, a job has to be built first, or App Service cannot run it.
    """
    jobs = sorted(manifest.jobs_of(app.name), key=lambda job: job.name)
    check_builds(manifest, jobs)
    laid_out = [(job, lay_out_job(manifest, job)) for job in jobs]
    packaged = tuple(layout.packaged for _, layout in laid_out)
    generated = {DEPLOY_MANIFEST: GeneratedFile(_deploy_manifest(app.name, packaged))}
    sources = [_site_source(app.source)] if app.source else []
    for job, layout in laid_out:
        folder = job_folder(job)
        generated |= {folder + name: file for name, file in layout.generated.items()}
        sources.append(_job_source(job, layout))
    node = _node_modules(manifest, app, sources, jobs)
    locked = {modules.folder for modules in node}
    walked = tuple(_without_modules(source) if source.folder in locked else source for source in sources)
    return Layout(app, walked, generated, packaged, _requirements(manifest, app, jobs), node)


def job_folder(job: Job) -> str:
    """Returns where App Service looks for the job, from the site's root and with a slash at the end.

    https://github.com/projectkudu/kudu/wiki/WebJobs#webjob-directory-structure
    """
    return f"App_Data/jobs/{job.type}/{job.name}/"


def _site_source(folder: Path) -> Source:
    try:
        names = {entry.name for entry in folder.iterdir()}
        rules = rules_for(folder)
    except OSError as error:
        raise unreadable(error, folder) from error
    if ".deployment" in names and not rules.excludes(".deployment"):
        raise PackagingError(
            f"{folder / '.deployment'}: would change how App Service deploys the package (Kudu reads it); "
            "delete it, or leave it out with a line in .oneplanignore"
        )
    return Source(folder, "", rules)


def _job_source(job: Job, layout: JobLayout) -> Source:
    try:
        return Source(layout.folder, job_folder(job), rules_for(layout.folder, JOB_PATTERNS), layout.renames)
    except OSError as error:
        raise unreadable(error, layout.folder) from error


def _node_modules(manifest: Manifest, app: App, sources: list[Source], jobs: list[Job]) -> tuple[NodeModules, ...]:
    """Returns the modules to install; a job with a build command brings its own."""
    if app.runtime.language != "node":
        return ()
    built = {job_folder(job) for job in jobs if job.build}
    platform = platform_of(manifest.target, manifest.plan.os)
    return tuple(
        NodeModules(source.folder, relative_path(manifest, source.folder), source.prefix, platform)
        for source in sources
        if source.prefix not in built and all((source.folder / name).is_file() for name in (LOCK, PACKAGE))
    )


def _without_modules(source: Source) -> Source:
    """The folder without the modules that a developer has there, of which some are for development."""
    extra = (f"/{MODULES}/",) if not source.prefix else (*JOB_PATTERNS, f"/{MODULES}/")
    return replace(source, rules=rules_for(source.folder, extra))


def _deploy_manifest(app: str, jobs: tuple[PackagedJob, ...]) -> bytes:
    """Returns the file by which a check after deployment knows what should run; App_Data is never served."""
    return (json.dumps({"app": app, "jobs": [asdict(job) for job in jobs]}, indent=2, sort_keys=True) + "\n").encode()


def _requirements(manifest: Manifest, app: App, jobs: list[Job]) -> tuple[Path, ...]:
    site = [app.source / REQUIREMENTS] if app.source else []
    of_jobs = [job.folder / REQUIREMENTS for job in jobs]
    found = tuple(path for path in (*site, *of_jobs) if path.is_file())
    wrong = next((path for path in found if path in of_jobs), None)
    if app.runtime.language == "python":
        return found
    if wrong:
        raise PackagingError(
            f"{relative_path(manifest, wrong)}: app {app.name} runs {app.runtime}, so App Service has no Python "
            "for this job; move the job to an app with a Python runtime"
        )
    return ()
