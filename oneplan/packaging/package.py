"""Builds the package of a site, or finds that it is there already."""

import json
import re
import time
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass
from functools import cached_property
from hashlib import sha256
from pathlib import Path

from oneplan.collector import without_collector
from oneplan.errors import PackagingError
from oneplan.manifest.values import App, Manifest
from oneplan.packaging import installer, previous, requirements, trees
from oneplan.packaging.archive import Member, in_order, write_zip
from oneplan.packaging.check import check_names
from oneplan.packaging.firstlook import first_digests
from oneplan.packaging.installer import Installer
from oneplan.packaging.layout import SITE_PACKAGES, Layout, lay_out
from oneplan.packaging.libraries import library_sources, uses_jobhost
from oneplan.packaging.node import Run, run_npm
from oneplan.packaging.platforms import platform_for
from oneplan.packaging.store import STATE_FOLDER, written_whole
from oneplan.packaging.tree import FoundFile, walk
from oneplan.packaging.trees import BuiltPackage, Digests, Seal, TreeRecord
from oneplan.packaging.values import SitePackage
from oneplan.packaging.wheels import Wheels

_FORMAT = b"oneplan package 1\n"
_KEPT_PACKAGES = 5
_KEPT_SECONDS = 3600


def build(manifest: Manifest, app: str, *, install: Installer = installer.install, npm: Run = run_npm) -> SitePackage:
    """Returns the package of one site; built only if no earlier build has made the same.

    Args:
        manifest: the stack's manifest.
        app: the app's name in it.
        install: what installs Python dependencies.
        npm: what runs npm.

    Raises:
        PackagingError: if the app's or a job's files cannot become a package that App Service runs.
    """
    if app not in manifest.apps:
        known = ", ".join(manifest.apps) or "none"
        raise PackagingError(f"apps/{app}: is not in the manifest; its apps are: {known}")
    with without_collector():
        return _Build(manifest, manifest.apps[app], lay_out(manifest, manifest.apps[app]), install, npm).run()


def build_all(manifest: Manifest, *, install: Installer = installer.install) -> dict[str, SitePackage]:
    """Returns the packages of all apps by name, built side by side.

    Raises:
        PackagingError: with the message of every app that cannot be packaged.
    """
    packages: dict[str, SitePackage] = {}
    errors: list[PackagingError] = []
    with ThreadPoolExecutor(max_workers=4) as pool:
        running = {app: pool.submit(build, manifest, app, install=install) for app in manifest.apps}
        for app, future in running.items():
            try:
                packages[app] = future.result()
            except PackagingError as error:
                errors.append(error)
    if errors:
        raise PackagingError("\n".join(dict.fromkeys(map(str, errors)))) from errors[0]
    return packages


def current_name(manifest: Manifest, app: str) -> str | None:
    """Returns the file name of the package that a build would make now; None if only building it can tell.

    It cannot be told of an app that was never built here. Writes nothing and installs nothing.

    Raises:
        PackagingError: if the files cannot become a package.
    """
    if not (manifest.root.resolve() / STATE_FOLDER / "cache" / "trees").is_dir():
        return None
    made = _Build(manifest, manifest.apps[app], lay_out(manifest, manifest.apps[app]), installer.install, run_npm)
    key = made.current()
    return None if key is None else made.path(key).name


def content_hash(members: Iterable[Member]) -> str:
    """Returns the SHA-256, in hex, over sorted names, modes and digests: the identity of a package."""
    lines = [f"{name}\0{mode:o}\0{digest.hex()}\n" for name, mode, digest, _, _ in in_order(members)]
    return sha256(_FORMAT + "".join(lines).encode()).hexdigest()


@dataclass(frozen=True)
class _Build:
    """One build of one site."""

    manifest: Manifest
    app: App
    layout: Layout
    install: Installer
    npm: Run

    @cached_property
    def state(self) -> Path:
        return self.manifest.root.resolve() / STATE_FOLDER

    @cached_property
    def record_path(self) -> Path:
        return self.state / "cache" / "trees" / f"{self.app.name}.json"

    @cached_property
    def wheels(self) -> Wheels:
        files = requirements.read(self.layout.requirements, self.manifest.root.resolve())
        requirements.check_pins(files)
        platform = platform_for(self.manifest.target, self.app.runtime)
        return Wheels(files, platform, self.state / "cache" / "wheels")

    @property
    def node_store(self) -> Path:
        return self.state / "cache" / "node"

    @cached_property
    def inputs(self) -> str:
        """Digest of all that decides the package besides the files that are walked."""
        layout = self.layout
        generated = sorted(
            (name, file.mode, sha256(file.content).hexdigest()) for name, file in layout.generated.items()
        )
        node = [(modules.prefix, modules.key()) for modules in layout.node]
        sources = [(str(source.folder), source.prefix, source.renames) for source in layout.sources]
        return sha256(json.dumps([_FORMAT.decode(), generated, sources, self.wheels.key, node]).encode()).hexdigest()

    def current(self) -> str | None:
        seal = trees.load_seal(self.record_path)
        if seal and trees.seal_of(self.inputs, self.walk(libraries=seal.libraries)) == seal.digest:
            return seal.package.sha256
        record = trees.load(self.record_path)
        if record.package is None:
            return None
        found = self.walk(libraries=record.libraries)
        is_there = self.wheels.is_installed and all(
            modules.is_installed(self.node_store) for modules in self.layout.node
        )
        if not is_there:
            return None
        _, found = self.with_libraries(record, found)
        return content_hash(self.members(found, trees.digests(found, record)))

    def run(self) -> SitePackage:
        if (seal := trees.load_seal(self.record_path)) and _size(self.path(seal.package.sha256)) == seal.package.size:
            found = self.walk(libraries=seal.libraries)
            if trees.seal_of(self.inputs, found) == seal.digest:
                return self.result(seal.package, reused=True)
        record = trees.load(self.record_path)
        found = self.walk(libraries=record.libraries)
        built = record.package
        if built and record.is_of(self.inputs, found) and _size(self.path(built.sha256)) == built.size:
            return self.result(built, reused=True)
        return self.rebuild(record, found)

    def rebuild(self, record: TreeRecord, found: list[FoundFile]) -> SitePackage:
        libraries, found = self.with_libraries(record, found)
        seen = trees.digests(found, record) if record.files else first_digests(found)
        members = self.members(found, seen)
        check_names(members, self.manifest.plan.os)
        key = content_hash(members)
        reused = self.path(key).exists()
        if not reused:
            self.write(key, members, record, seen)
        built = BuiltPackage(key, self.path(key).stat().st_size, len(members))
        trees.save(self.record_path, TreeRecord(self.inputs, libraries, seen.files), built)
        if trees.is_settled(seen.files):
            trees.save_seal(self.record_path, Seal(libraries, trees.seal_of(self.inputs, found), built))
        return self.result(built, reused=reused)

    def with_libraries(self, record: TreeRecord, found: list[FoundFile]) -> tuple[bool, list[FoundFile]]:
        libraries = self.app.runtime.language == "python" and uses_jobhost(found)
        return libraries, found if libraries == record.libraries else self.walk(libraries=libraries)

    def members(self, found: list[FoundFile], seen: Digests) -> list[Member]:
        return [
            *trees.members(found, seen),
            *self.generated(),
            *self.wheels.members(SITE_PACKAGES, self.install),
            *(member for modules in self.layout.node for member in modules.members(self.node_store, self.npm)),
        ]

    def walk(self, *, libraries: bool) -> list[FoundFile]:
        sources = self.layout.sources + (library_sources() if libraries else ())
        return [file for source in sources for file in walk(source)]

    def generated(self) -> list[Member]:
        return [
            Member(name, file.mode, sha256(file.content).digest(), len(file.content), file.content)
            for name, file in self.layout.generated.items()
        ]

    def write(self, key: str, members: list[Member], record: TreeRecord, seen: Digests) -> None:
        notes = self.record_path.with_suffix(".members.json")
        with written_whole(self.path(key)) as out:
            write_zip(out, members, self.previous(notes, record))
        others = {member.name: member.digest for member in members if member.name not in seen.files}
        previous.save(notes, key, others)
        _remove_old(self.path(key), self.app.name)

    def previous(self, notes: Path, record: TreeRecord) -> previous.PreviousZip | None:
        if record.package is None:
            return None
        files = {name: digest for name, (_, digest) in record.files.items()}
        return previous.load(notes, record.package.sha256, files, self.path)

    def path(self, key: str) -> Path:
        return self.state / "packages" / f"{self.app.name}-{key}.zip"

    def result(self, built: BuiltPackage, *, reused: bool) -> SitePackage:
        return SitePackage(
            app=self.app.name,
            path=self.path(built.sha256),
            sha256=built.sha256,
            size=built.size,
            files=built.files,
            jobs=self.layout.jobs,
            reused=reused,
        )


def _size(path: Path) -> int | None:
    try:
        return path.stat().st_size
    except OSError:
        return None


def _remove_old(newest: Path, app: str) -> None:
    """Removes packages of an app beyond the newest few; one that a running deployment may read is never that old."""
    name = re.compile(re.escape(app) + r"-[0-9a-f]{64}\.zip")
    with suppress(OSError):
        zips = [path for path in newest.parent.iterdir() if name.fullmatch(path.name) and path != newest]
        by_age = sorted(zips, key=lambda path: path.stat().st_mtime, reverse=True)
        for path in by_age[_KEPT_PACKAGES - 1 :]:
            if time.time() - path.stat().st_mtime > _KEPT_SECONDS:
                path.unlink()
