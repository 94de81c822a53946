"""One project from `oneplan up` to `oneplan down`: real engine, local Azure, storage, sites and jobs.

The tests of this file share one running copy of the example and build on each other, in this order.
"""

import io
import json
import os
import re
import signal
import socket
import subprocess
import sys
import urllib.parse
import urllib.request
from collections.abc import Callable
from pathlib import Path

import pytest
from PIL import Image

pytestmark = pytest.mark.integration


def photo(colour: str) -> bytes:
    buffer = io.BytesIO()
    Image.new("RGB", (1400, 1000), colour).save(buffer, "JPEG")
    return buffer.getvalue()


def upload(shop: str, sku: str, content: bytes) -> str:
    """Posts a photo as a browser's form does and returns the address of the page it leads to."""
    boundary = "----photo"
    body = (
        (
            f'--{boundary}\r\nContent-Disposition: form-data; name="photo"; filename="w.jpg"\r\n'
            "Content-Type: image/jpeg\r\n\r\n"
        ).encode()
        + content
        + f"\r\n--{boundary}--\r\n".encode()
    )
    request = urllib.request.Request(
        f"{shop}/products/{sku}/photos",
        data=body,
        headers={"Content-Type": f"multipart/form-data; boundary={boundary}", "Origin": shop},
    )
    with urllib.request.urlopen(request, timeout=30) as answer:
        return str(answer.url)


def thumbs(page: str) -> list[str]:
    """The thumbnails that the page shows now."""
    with urllib.request.urlopen(page, timeout=30) as answer:
        return sorted(set(re.findall(r"/thumbs/[^\"? ]+", answer.read().decode())))


def first_sku(shop: str) -> str:
    with urllib.request.urlopen(shop, timeout=30) as answer:
        return re.findall(r"/products/([A-Z0-9-]+)", answer.read().decode())[0]


@pytest.fixture(scope="module")
def running(project):
    done = project.oneplan("up")
    assert "dev is up" in done.stderr + done.stdout
    return project


@pytest.fixture
def shop(running) -> str:
    return running.app("storefront")["url"]


def test_status_has_the_agreed_shape(running):
    status = running.status()

    assert sorted(status) == ["apps", "drift", "jobs", "queues"]
    assert {app["name"]: app["state"] for app in status["apps"]} == dict.fromkeys(
        ("storefront", "api", "worker"), "Running"
    )
    assert {job["name"]: (job["app"], job["type"]) for job in status["jobs"]} == {
        "catalogue-reindex": ("worker", "triggered"),
        "daily-summary": ("worker", "triggered"),
        "stock-sync": ("worker", "triggered"),
        "thumbnails": ("worker", "continuous"),
    }
    assert all(sorted(job) == ["app", "last_run", "name", "next_run", "state", "type"] for job in status["jobs"])
    assert all(sorted(queue) == ["messages", "name", "oldest", "url"] for queue in status["queues"])


def test_a_preview_directly_after_up_sees_no_change(running):
    done = running.oneplan("preview", "--", "--expect-no-changes")

    assert re.search(r"^ +\d+ unchanged$", done.stdout, re.MULTILINE)
    assert "to create" not in done.stdout


def test_a_refresh_sees_no_drift(running, local_pulumi):
    shown = local_pulumi("refresh", "--yes", "--skip-preview", "--expect-no-changes", "--stack", "dev")

    assert re.search(r"^ +\d+ unchanged$", shown, re.MULTILINE)


def test_a_scheduled_job_fills_the_shop(running, eventually):
    eventually(lambda: (running.job("stock-sync")["last_run"] or {}).get("status") == "Success", seconds=90)

    with urllib.request.urlopen(running.app("api")["url"] + "/products", timeout=30) as answer:
        products = json.load(answer)
    assert len(products if isinstance(products, list) else products["products"]) >= 10
    eventually(lambda: "unchanged" in running.oneplan("jobs", "logs", "stock-sync").stdout, seconds=60)


def test_an_uploaded_photo_appears_in_three_sizes(running, shop, eventually):
    page = upload(shop, first_sku(shop), photo("navy"))

    shown = eventually(lambda: len(found := thumbs(page)) >= 3 and found, seconds=20)

    for path in shown:
        with urllib.request.urlopen(shop + path, timeout=30) as answer:
            assert Image.open(io.BytesIO(answer.read())).format == "WEBP"


def test_nothing_is_lost_while_the_job_is_stopped(running, shop, eventually):
    running.oneplan("jobs", "stop", "thumbnails")
    eventually(lambda: running.job("thumbnails")["state"] == "Stopped")
    page = upload(shop, first_sku(shop), photo("maroon"))
    waiting = next(queue for queue in running.status()["queues"] if queue["name"] == "thumbnails")
    name = urllib.parse.urlsplit(page)

    running.oneplan("jobs", "start", "thumbnails")

    assert waiting["messages"] == 1
    assert name.path.startswith("/products/")
    eventually(lambda: len(thumbs(page)) >= 3, seconds=30)


def test_a_job_runs_by_hand_with_arguments(running):
    done = running.oneplan("jobs", "run", "catalogue-reindex", "--wait", "--", "--brand", "Aurelan", "--no-dry-run")

    assert running.job("catalogue-reindex")["last_run"]["status"] == "Success", done.stdout + done.stderr


def test_no_account_key_is_anywhere(running, local_pulumi):
    state = running.folder / ".oneplan"
    texts = {
        path: path.read_text(errors="replace")
        for pattern in ("pulumi/**/*.json", "sites/*/home/LogFiles/*", "sites/*/home/data/**/*.txt", "*.log")
        for path in state.glob(pattern)
        if path.is_file()
    }
    texts[Path("outputs")] = local_pulumi("stack", "output", "--json", "--show-secrets", "--stack", "dev")
    for process in Path("/proc").glob("[0-9]*/environ"):
        try:
            environment = process.read_text(errors="replace")
        except OSError:
            continue
        if str(state) in environment:
            texts[process] = environment

    assert any("WEBSITE_SITE_NAME" in text for text in texts.values())
    for path, text in texts.items():
        for secret in ("AccountKey=", "sig=", "SharedAccessKey"):
            assert secret not in text, f"{secret} in {path}"
        assert (state / "token").read_text().strip() not in text, f"the token is in {path}"


def test_a_changed_schedule_is_updated_in_place_and_fires(running, eventually):
    running.edit("Pulumi.dev.yaml", "every: 20s", "every: 10s")

    done = running.oneplan("up")

    assert "storefront-deployment" not in done.stdout
    assert "worker-deployment" in done.stdout
    # The package is a new blob; the deployment that unpacks it is changed in place, and the site not touched.
    assert re.search(r"~ +azure-native:resources:Deployment worker-deployment updated", done.stdout)
    assert re.search(r"\+-1 replaced", done.stdout)
    assert "azure-native:web:WebApp " not in done.stdout
    first = eventually(lambda: running.job("stock-sync")["last_run"], seconds=40)
    eventually(lambda: running.job("stock-sync")["last_run"]["id"] > first["id"], seconds=40)
    started = running.job("stock-sync")["last_run"]["start"]
    assert re.search(r":[0-5]0(\.\d+)?(Z|\+)", started), started


def test_a_changed_job_file_redeploys_its_site_only(running):
    changed = running.folder / "jobs" / "stock_sync" / "note.txt"
    changed.write_text("another file of the job\n")

    done = running.oneplan("up")

    assert "worker-deployment" in done.stdout
    assert "api-deployment" not in done.stdout
    assert "storefront-deployment" not in done.stdout
    assert list(
        (running.folder / ".oneplan" / "sites").glob("*/home/site/wwwroot/App_Data/jobs/triggered/stock-sync/note.txt")
    )


def test_a_job_that_exits_with_3_is_reported_as_failed(running, eventually):
    folder = running.folder / "jobs" / "failing"
    folder.mkdir()
    (folder / "job.yaml").write_text("summary: Fails\ntrigger: {manual: true}\ncommand: python fail.py\n")
    (folder / "fail.py").write_text("import sys\nprint('about to fail')\nsys.exit(3)\n")
    running.oneplan("up")

    running.oneplan("jobs", "run", "failing", "--wait", code=1)

    assert running.job("failing")["last_run"]["status"] == "Failed"
    assert "Job failed due to exit code 3" in running.oneplan("jobs", "logs", "failing").stdout


def test_the_policy_pack_passes(running):
    done = running.oneplan("preview", "--", "--policy-pack", str(running.folder / "policy"))

    assert re.search(r"oneplan@v[\d.]+ \(local: ", done.stdout)
    assert "mandatory" not in done.stdout


def test_a_manifest_fault_ends_with_its_place(running):
    running.edit("oneplan.yaml", "health: /healthz", "heatlh: /healthz")
    try:
        done = running.oneplan("up", code=3)
    finally:
        running.edit("oneplan.yaml", "heatlh: /healthz", "health: /healthz")

    assert re.search(r'oneplan\.yaml:\d+:\d+: error WJ010 unknown key "heatlh"; did you mean "health"\?', done.stderr)


def test_a_second_up_is_refused_while_one_runs(running):
    first = subprocess.Popen(
        ["sh", "-c", f"exec 9>>{running.folder}/.oneplan/up.lock; flock 9; echo held; cat"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    )
    assert first.stdout is not None
    first.stdout.readline()
    try:
        done = running.oneplan("up", code=1)
    finally:
        first.communicate()

    assert "another" in done.stderr + done.stdout


def test_an_emulator_killed_in_the_middle_of_up_is_named_and_the_next_up_converges(running, shop, eventually):
    note = running.folder / "jobs" / "stock_sync" / "note.txt"
    note.write_text("killed in the middle\n")
    pid = running.daemon()["pid"]
    going = subprocess.Popen(
        [str(Path(sys.executable).parent / "oneplan"), "up"],
        cwd=running.folder,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    assert going.stdout is not None
    for line in going.stdout:
        if "worker-" in line:
            os.kill(pid, signal.SIGKILL)
            break
    output, _ = going.communicate(timeout=120)
    assert going.returncode == 1
    assert "Traceback" not in output

    running.oneplan("up")

    assert running.daemon()["pid"] != pid
    assert running.app("storefront")["url"] == shop
    running.oneplan("preview", "--", "--expect-no-changes")
    eventually(lambda: running.job("thumbnails")["state"] == "Running")
    assert len(processes_of(running.folder, "-m jobhost|python.* -m thumbnails")) <= 2


def processes_of(folder: Path, pattern: str) -> list[int]:
    """Processes whose environment or command line names the project's folder and whose command matches."""
    found = []
    for entry in Path("/proc").glob("[0-9]*"):
        try:
            command = (entry / "cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace")
            environment = (entry / "environ").read_text(errors="replace")
        except OSError:
            continue
        if f"{folder}/" in environment + command and re.search(pattern, command) and int(entry.name) != os.getpid():
            found.append(int(entry.name))
    return found


def test_down_leaves_no_resource_process_or_port(running):
    ports = json.loads((running.folder / ".oneplan" / "ports.json").read_text())

    running.oneplan("down")

    assert processes_of(running.folder, "gunicorn|azurite|emulator|run.sh|-m (thumbnails|stock_sync)") == []
    state = json.loads(next((running.folder / ".oneplan/pulumi/.pulumi/stacks/oneplan").glob("dev.json")).read_text())
    assert state["checkpoint"]["latest"].get("resources") in (None, [])
    for name, port in ports.items():
        with socket.socket() as probe:
            assert probe.connect_ex(("127.0.0.1", port)) != 0, f"{name} still answers on {port}"


@pytest.fixture
def local_pulumi(running) -> Callable[..., str]:
    """Plain `pulumi`, pointed at the local Azure by what `oneplan local env` prints."""
    environment = os.environ | json.loads(running.oneplan("local", "env", "--json").stdout)

    def run(*arguments: str) -> str:
        done = subprocess.run(
            ["pulumi", *arguments, "--non-interactive", "--color", "never"],
            cwd=running.folder,
            env=environment,
            capture_output=True,
            text=True,
            timeout=180,
            check=False,
        )
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    return run
