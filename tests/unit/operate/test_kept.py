"""The manifest that is kept from one look to the next."""

import json
import os
import textwrap
from hashlib import blake2b
from pathlib import Path

import pytest

from oneplan.errors import ManifestError
from oneplan.manifest import load
from oneplan.operate.kept import manifest_to_look_with

FILES = {
    "Pulumi.dev.yaml": "config:\n  oneplan:target: local\n  oneplan:overrides:\n    plan: {sku: B2}\n",
    "oneplan.yaml": """\
        version: 1
        name: tempus
        location: switzerlandnorth
        time_zone: Europe/Zurich
        plan: {os: linux, sku: S1}
        apps: {shop: {kind: web, source: apps/shop, runtime: python:3.13, env: {LOG: info}}}
        notify: {ops: {webhook: "https://hooks.example/abc", email: ops@watches.example}}
        """,
    "apps/shop/shop.py": "",
    "jobs/stock/job.yaml": "summary: Old\ntrigger: {every: 15m}\ncommand: python -m stock\n",
    ".oneplan/token": "",
}


class Project:
    def __init__(self, root: Path) -> None:
        self.root = root
        for name, text in FILES.items():
            self.write(name, text)

    @property
    def kept(self) -> Path:
        return self.root / ".oneplan/cache/manifest/dev.json"

    def write(self, name: str, text: str) -> None:
        file = self.root / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(textwrap.dedent(text))

    def replace(self, old: str, new: str, name: str = "oneplan.yaml") -> None:
        file = self.root / name
        assert old in file.read_text()
        file.write_text(file.read_text().replace(old, new))

    def look(self):
        return manifest_to_look_with(self.root, "dev")

    def mark(self, old: str, new: str) -> None:
        """Changes what is kept, as nothing but its own writer could."""
        head, _, text = self.kept.read_text().partition("\n")
        assert old in text
        text = text.replace(old, new)
        known = json.loads(head) | {"text": blake2b(text.encode(), digest_size=32).hexdigest()}
        self.kept.write_text(f"{json.dumps(known)}\n{text}")

    def is_kept(self) -> bool:
        """Whether the next look takes what is kept."""
        self.mark("tempus", "marked")
        return self.look().name == "marked"


@pytest.fixture
def project(tmp_path: Path) -> Project:
    return Project(tmp_path.resolve())


def test_the_second_look_is_what_the_first_saw(project: Project):
    first, second = project.look(), project.look()

    assert first == second
    assert (first.apps, first.jobs, first.plan) == (
        (whole := load(project.root, "dev", thorough=False)).apps,
        whole.jobs,
        whole.plan,
    )
    assert project.is_kept()


def test_it_is_the_users_own_file_and_holds_no_address(project: Project):
    project.look()

    assert project.kept.stat().st_mode & 0o777 == 0o600
    assert "hooks.example" not in project.kept.read_text()


@pytest.mark.parametrize(
    ("file", "old", "new"),
    [
        ("jobs/stock/job.yaml", "Old", "New"),
        ("oneplan.yaml", "info", "warn"),
        ("Pulumi.dev.yaml", "B2", "B3"),
        ("Pulumi.dev.yaml", "local", "azure"),
    ],
)
def test_an_edit_is_seen_at_once_though_size_and_time_are_as_before(project: Project, file: str, old: str, new: str):
    project.look()
    seen = (project.root / file).stat()

    project.replace(old, new, file)
    os.utime(project.root / file, ns=(seen.st_atime_ns, seen.st_mtime_ns))

    assert project.look() == manifest_of(project)


def test_a_new_job_and_a_removed_one_are_seen_at_once(project: Project):
    project.look()
    project.write("jobs/mail/job.yaml", "trigger: {manual: true}\ncommand: python -m mail\n")
    assert list(project.look().jobs) == ["mail", "stock"]

    (project.root / "jobs/stock/job.yaml").unlink()
    assert list(project.look().jobs) == ["mail"]


def test_a_job_elsewhere_is_seen_when_the_manifest_names_its_folder(project: Project):
    project.write("more/mail/job.yaml", "trigger: {manual: true}\ncommand: python -m mail\n")
    project.look()

    project.replace("version: 1", 'version: 1\njobs: ["jobs/*", "more/*"]')

    assert list(project.look().jobs) == ["stock", "mail"]
    assert project.is_kept()


def test_a_misnamed_file_is_told_of(project: Project):
    project.look()
    project.write("jobs/mail/job.yml", "trigger: {manual: true}\n")

    with pytest.raises(ManifestError, match=r"rename it to job\.yaml"):
        project.look()


def test_a_fault_is_told_and_forgotten(project: Project):
    project.look()
    project.replace("every: 15m", "evry: 15m", "jobs/stock/job.yaml")
    with pytest.raises(ManifestError, match='unknown key "evry"'):
        project.look()

    project.replace("evry: 15m", "every: 15m", "jobs/stock/job.yaml")
    assert project.is_kept()


@pytest.mark.parametrize("part", [0.0, 0.1, 0.5, 0.99])
def test_one_that_was_cut_is_passed_over(project: Project, part: float):
    before = project.look()
    content = project.kept.read_bytes()
    project.kept.write_bytes(content[: int(len(content) * part)])

    assert project.look() == before
    assert project.is_kept()


@pytest.mark.parametrize(
    "content", [b"\n", b"null\n{}", b'{"text": 1}\n', b"[]\n[]", b"\xff\xfe\n\x00", b'{"jobs": {}}\n']
)
def test_one_that_is_something_else_is_passed_over(project: Project, content: bytes):
    before = project.look()
    project.kept.write_bytes(content)

    assert project.look() == before


def test_one_of_an_older_form_is_passed_over(project: Project):
    before = project.look()
    project.mark('{"Manifest":["root"', '{"Manifest":["gone","x","root"')

    assert project.look() == before


def test_one_that_others_could_have_written_is_passed_over(project: Project):
    """A checkout has mode 0644: nobody's repository can bring one along."""
    project.look()
    project.mark("tempus", "foreign")
    project.kept.chmod(0o644)

    assert project.look().name == "tempus"


def test_a_link_in_its_place_is_not_followed(project: Project):
    project.look()
    project.mark("tempus", "foreign")
    project.kept.rename(project.root / "elsewhere.json")
    project.kept.symlink_to(project.root / "elsewhere.json")

    assert project.look().name == "tempus"


def test_one_of_another_folder_is_passed_over(project: Project, tmp_path_factory: pytest.TempPathFactory):
    project.look()
    other = Project(tmp_path_factory.mktemp("other").resolve())
    other.kept.parent.mkdir(parents=True)
    other.kept.write_bytes(project.kept.read_bytes())
    other.kept.chmod(0o600)

    assert other.look().root == other.root


def test_what_looks_like_a_secret_is_not_kept(project: Project):
    """In a variable it is a fault; it may be in a command."""
    project.replace("-m stock", "-m stock --feed=https://shop:hunter2@feed.example", "jobs/stock/job.yaml")
    project.look()

    assert not project.kept.exists()


def test_folders_that_are_reached_through_links_are_asked_for_each_time(project: Project):
    (project.root / "apps/shop").rename(project.root / "apps/real")
    (project.root / "apps/shop").symlink_to("real")

    assert project.look().apps["shop"].source == project.root / "apps/real"
    assert not project.kept.exists()


def test_a_folder_that_becomes_a_link_is_seen(project: Project):
    project.look()
    (project.root / "apps/shop").rename(project.root / "apps/real")
    (project.root / "apps/shop").symlink_to("real")

    assert project.look().apps["shop"].source == project.root / "apps/real"


def test_where_nothing_was_ever_kept_no_folder_is_made(project: Project):
    (project.root / ".oneplan/token").unlink()
    (project.root / ".oneplan").rmdir()
    project.look()

    assert not (project.root / ".oneplan").exists()


def test_a_folder_that_cannot_be_written_is_no_fault(project: Project):
    project.write(".oneplan/cache", "a file where the folder belongs")

    assert project.look() == manifest_of(project)


def manifest_of(project: Project):
    """What the files say, read as ever."""
    fresh = load(project.root, "dev", thorough=False)
    return type(fresh)(**{name: getattr(fresh, name) for name in fresh.__slots__} | {"notify": {}})
