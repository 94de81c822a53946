"""Serves Pulumi's language protocol for Python programs and policy packs.

The engine starts this program as `pulumi-language-python`, reads a port number from its first output line and
then
calls the methods below. It stands in for the official host where only the engine itself can be built
(`install.py` puts both into one folder). Protocol: pulumi/pulumi `proto/pulumi/language.proto`; behaviour
follows
`sdk/python/cmd/pulumi-language-python/main.go`.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import signal
import sys
import types
from collections.abc import AsyncIterator, Mapping
from importlib.util import find_spec
from pathlib import Path


def _load_only_the_protocol() -> None:
    """Lets `pulumi.runtime.proto` be imported without the SDK around it, which would cost 0.15 s at each start."""
    spec = find_spec("pulumi")
    if spec is None or not spec.submodule_search_locations:
        sys.exit("pulumi-language-python: the pulumi package is missing here; run `make setup`")
    root = Path(next(iter(spec.submodule_search_locations)))
    for name, folder in (("pulumi", root), ("pulumi.runtime", root / "runtime")):
        module = types.ModuleType(name)
        module.__path__ = [str(folder)]
        sys.modules[name] = module


_load_only_the_protocol()

import grpc.aio
from google.protobuf import empty_pb2, struct_pb2
from pulumi.runtime.proto import language_pb2 as pb
from pulumi.runtime.proto import language_pb2_grpc, plugin_pb2

MAX_MESSAGE_BYTES = 400 << 20
# The executor explained the failure to the user already: the engine must end without adding to it.
EXPLAINED_EXIT_CODE = 32
ENGINE_LOOK_SECONDS = 0.5
EXECUTOR = Path(__file__).with_name("bin") / "pulumi-language-python-exec"


class ToolchainError(Exception):
    """The project names a virtual environment that cannot be used."""


def interpreter(options: struct_pb2.Struct, root: str) -> Path:
    """The Python that `runtime.options.virtualenv` names, or the one this host runs on when it names none."""
    chosen = dict(options.items()).get("virtualenv", "")
    if not chosen:
        return Path(sys.executable)
    folder = Path(root, str(chosen))
    python = folder / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
    if not python.is_file():
        raise ToolchainError(
            f"Pulumi.yaml: runtime/options/virtualenv: {str(chosen)!r} has no Python at {python};"
            " run `make setup`, or create it with `python3 -m venv`"
        )
    return python


def environment(python: Path, extra: Mapping[str, str]) -> dict[str, str]:
    """This process's variables with the virtual environment activated and `extra` on top."""
    merged = {name: value for name, value in os.environ.items() if name != "PYTHONHOME"}
    merged["VIRTUAL_ENV"] = str(python.parent.parent)
    merged["PATH"] = os.pathsep.join([str(python.parent), merged.get("PATH", "")])
    return merged | dict(extra)


def plugins_of(python: Path) -> list[tuple[str, str, str]]:
    """Name, version and server of the providers that the packages in this environment ask for."""
    found = []
    for site in sorted(python.parent.parent.glob("lib/python3*/site-packages")):
        for file in sorted(site.glob("pulumi_*/pulumi-plugin.json")):
            facts = json.loads(file.read_text())
            if facts.get("resource"):
                found.append((facts["name"], "v" + facts["version"].removeprefix("v"), facts.get("server", "")))
    return found


class LanguageHost(language_pb2_grpc.LanguageRuntimeServicer):
    """Answers the engine's calls for one `pulumi` command."""

    def __init__(self) -> None:
        self._children: set[asyncio.subprocess.Process] = set()
        self._cancelled = False

    async def Handshake(self, request, context):
        return pb.LanguageHandshakeResponse()

    async def GetPluginInfo(self, request, context):
        return plugin_pb2.PluginInfo(version="3.274.1")

    async def GetRequiredPackages(self, request, context):
        packages = [
            plugin_pb2.PackageDependency(name=name, kind="resource", version=version, server=server)
            for name, version, server in await self._plugins(request.info, context)
        ]
        return pb.GetRequiredPackagesResponse(packages=packages)

    async def GetRequiredPlugins(self, request, context):
        plugins = [
            plugin_pb2.PluginDependency(name=name, kind="resource", version=version, server=server)
            for name, version, server in await self._plugins(request.info, context)
        ]
        return pb.GetRequiredPluginsResponse(plugins=plugins)

    async def RuntimeOptionsPrompts(self, request, context):
        return pb.RuntimeOptionsResponse()

    async def About(self, request, context):
        return pb.AboutResponse(executable=sys.executable, version=sys.version.split()[0])

    async def GetProgramDependencies(self, request, context):
        python = await self._python(request.info, context)
        listing = "import importlib.metadata as m\nfor d in m.distributions(): print(d.name, d.version)"
        child = await asyncio.create_subprocess_exec(
            str(python), "-c", listing, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.DEVNULL
        )
        output, _ = await child.communicate()
        pairs = sorted({tuple(line.split(" ", 1)) for line in output.decode().splitlines()})
        return pb.GetProgramDependenciesResponse(
            dependencies=[pb.DependencyInfo(name=name, version=version) for name, version in pairs]
        )

    async def InstallDependencies(self, request, context) -> AsyncIterator[pb.InstallDependenciesResponse]:
        """Installs requirements.txt into the project's virtual environment, made when it is missing."""
        folder = Path(request.directory)
        venv = folder / (dict(request.info.options.items()).get("virtualenv") or "venv")
        steps = [] if venv.is_dir() else [[sys.executable, "-m", "venv", str(venv)]]
        if (folder / "requirements.txt").is_file():
            steps.append([str(venv / "bin" / "python"), "-m", "pip", "install", "-r", "requirements.txt"])
        for step in steps:
            async for kind, data in self._stream(step, cwd=folder, env=dict(os.environ)):
                if kind == "exit" and data != b"0":
                    await context.abort(
                        grpc.StatusCode.FAILED_PRECONDITION, f"{' '.join(step)}: exit code {data.decode()}"
                    )
                elif kind != "exit":
                    yield pb.InstallDependenciesResponse(**{kind: data})

    async def Run(self, request, context):
        """Runs the program; what it prints goes to this process's own streams, which the engine shows."""
        try:
            python = interpreter(request.info.options, request.info.root_directory)
        except ToolchainError as error:
            return pb.RunResponse(error=str(error))
        command = [
            str(python), "-u", str(EXECUTOR),
            "--monitor", request.monitor_address, "--engine", _ENGINE, "--project", request.project,
            "--stack", request.stack, "--pwd", request.pwd, "--dry_run", "true" if request.dryRun else "false",
            "--parallel", str(request.parallel), "--organization", request.organization,
            "--root_directory", request.info.root_directory,
            str(Path(request.info.program_directory, request.info.entry_point)), *request.args,
        ]  # fmt: skip
        extra = {
            "PULUMI_CONFIG": json.dumps(dict(request.config)),
            "PULUMI_CONFIG_SECRET_KEYS": json.dumps(list(request.configSecretKeys)),
        }
        child = await asyncio.create_subprocess_exec(*command, env=environment(python, extra))
        self._children.add(child)
        try:
            if self._cancelled:  # while the program was being started
                _end(child)
            code = await child.wait()
        finally:
            _end(child)
            self._children.discard(child)
        if code == EXPLAINED_EXIT_CODE or self._cancelled:
            return pb.RunResponse(bail=True)
        if code < 0:
            return pb.RunResponse(error=f"Program was ended by {signal.Signals(-code).name}")
        return pb.RunResponse(error="" if code == 0 else f"Program exited with non-zero exit code: {code}")

    async def RunPlugin(self, request, context) -> AsyncIterator[pb.RunPluginResponse]:
        """Runs a policy pack or a component package, its output streamed and its exit code last."""
        try:
            python = interpreter(request.info.options, request.info.root_directory)
        except ToolchainError as error:
            await context.abort(grpc.StatusCode.FAILED_PRECONDITION, str(error))
            return
        program = request.info.program_directory
        start = ["-m", "pulumi.policy"] if request.kind == "analyzer" else []
        arguments = [*request.args, program] if request.kind == "analyzer" else [program, *request.args]
        command = [str(python), "-u", *start, *arguments]
        extra = dict(pair.split("=", 1) for pair in request.env if "=" in pair)
        async for kind, data in self._stream(command, cwd=Path(request.pwd), env=environment(python, extra)):
            if kind == "exit":
                yield pb.RunPluginResponse(exitcode=int(data))
            else:
                yield pb.RunPluginResponse(**{kind: data})

    async def Cancel(self, request, context):
        # Not SIGINT: Python would print a traceback into the user's diagnostics.
        self._cancelled = True
        for child in list(self._children):
            _end(child)
        return empty_pb2.Empty()

    async def _plugins(self, info, context) -> list[tuple[str, str, str]]:
        """The providers to be fetched first; none for a package of components, whose schema needs none of them.

        A program that uses its components fetches them when it asks for the first resource.
        """
        if (Path(info.program_directory) / "PulumiPlugin.yaml").is_file():
            return []
        return plugins_of(await self._python(info, context))

    async def _python(self, info, context) -> Path:
        try:
            return interpreter(info.options, info.root_directory)
        except ToolchainError as error:
            await context.abort(grpc.StatusCode.FAILED_PRECONDITION, str(error))
            raise

    async def _stream(self, command: list[str], *, cwd: Path, env: dict[str, str]) -> AsyncIterator[tuple[str, bytes]]:
        """Pieces of the command's output as ("stdout"|"stderr", bytes), then ("exit", code)."""
        pipe = asyncio.subprocess.PIPE
        child = await asyncio.create_subprocess_exec(*command, cwd=cwd, env=env, stdout=pipe, stderr=pipe)
        self._children.add(child)
        pieces: asyncio.Queue[tuple[str, bytes]] = asyncio.Queue(maxsize=64)

        async def pump(kind: str, reader: asyncio.StreamReader) -> None:
            while data := await reader.read(65536):
                await pieces.put((kind, data))
            await pieces.put((kind, b""))

        pumps = [
            asyncio.create_task(pump("stdout", child.stdout)),
            asyncio.create_task(pump("stderr", child.stderr)),
        ]
        open_streams = len(pumps)
        try:
            while open_streams:
                kind, data = await pieces.get()
                if data:
                    yield kind, data
                else:
                    open_streams -= 1
            yield "exit", str(await child.wait()).encode()
        finally:
            for task in pumps:
                task.cancel()
            _end(child)
            self._children.discard(child)


def _end(child: asyncio.subprocess.Process) -> None:
    """Asks a child that still runs to end."""
    if child.returncode is None:
        with contextlib.suppress(ProcessLookupError):
            child.terminate()


async def serve() -> None:
    """Serves until the engine interrupts this process or is gone, then leaves without a word."""
    stopped = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, stopped.set)
    size = [
        ("grpc.max_receive_message_length", MAX_MESSAGE_BYTES),
        ("grpc.max_send_message_length", MAX_MESSAGE_BYTES),
    ]
    server = grpc.aio.server(options=size)
    host = LanguageHost()
    language_pb2_grpc.add_LanguageRuntimeServicer_to_server(host, server)
    port = server.add_insecure_port("127.0.0.1:0")
    await server.start()
    print(port, flush=True)
    await _until_alone(stopped)
    await host.Cancel(None, None)
    await server.stop(grace=0.2)


async def _until_alone(stopped: asyncio.Event) -> None:
    """Returns when told to stop, or when the engine has died: killed, it tells nobody, and programs would wait on."""
    engine = os.getppid()
    while os.getppid() == engine and not stopped.is_set():
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(stopped.wait(), ENGINE_LOOK_SECONDS)


# The engine's address is the last argument; flags for logging and tracing may stand before it.
_ENGINE = sys.argv[-1] if len(sys.argv) > 1 else ""

if __name__ == "__main__":
    asyncio.run(serve())
