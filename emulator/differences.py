"""What this machine's Azure does otherwise than Azure: the one table, which makes docs/differences.md."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Difference:
    """One difference."""

    area: str
    azure: str
    """What Azure does."""
    here: str
    """What the emulator does."""
    why: str


_ROWS = (
    Difference(
        "addresses",
        "each site has a host name under azurewebsites.net, over HTTPS; HTTP is redirected when `httpsOnly` is set",
        "each site and its SCM site have a port on 127.0.0.1 that answers plain HTTP and HTTPS, by the local "
        "authority; `httpsOnly` is kept and shown, not enforced",
        "no browser trusts a certificate we could make without changing the system's store",
    ),
    Difference(
        "addresses",
        "an app must listen on 0.0.0.0",
        "`0.0.0.0` in a startup command becomes `127.0.0.1`; an app that binds 127.0.0.1 itself works, with a warning "
        "in the platform log",
        "nothing of the project is to be reachable from other machines",
    ),
    Difference(
        "addresses",
        "a built-in image listens on its own port (Python 8000, Node 8080), the same for every site",
        "each start gets a free PORT; the image's port written into a startup command is replaced by it",
        "sites share one machine here",
    ),
    Difference(
        "files",
        "persistent files are below `/home`",
        "HOME is a folder of the site below `.oneplan/sites`; `/home/…` at the start of an app setting's value, of an "
        "entry of a list in it, or in the startup command is translated. Paths inside code are not: use HOME",
        "no root rights, no container",
    ),
    Difference(
        "files",
        "each site has a file system, processes and a network of its own",
        "sites are processes of your user and see your machine",
        "no container is needed to run it",
    ),
    Difference(
        "runtime",
        "the image has the runtime that `linuxFxVersion` names",
        "Python is the interpreter below the project's virtual environment (or `--python`), Node the one on PATH; a "
        "different version is not installed",
        "it starts at once and needs no download",
    ),
    Difference(
        "runtime",
        "the image brings gunicorn and its own packages",
        "`gunicorn` on PATH runs the one in the site's package; the package must bring it",
        "no packages beside yours get in, so a missing one shows here already",
    ),
    Difference(
        "runtime",
        ".NET, PHP and Java sites start by their images' rules",
        "Python and Node are detected; other stacks need a startup command, else the default page answers",
        "not built yet",
    ),
    Difference(
        "start",
        "the startup command runs as soon as the site exists",
        "it runs once something is deployed; until then the default page answers",
        "a command that needs the code can only fail before it arrives",
    ),
    Difference(
        "start",
        "after several failed starts the site is blocked for about 2 minutes",
        "it is blocked for 15 s after three, and a deployment or changed setting ends the block",
        "somebody is waiting",
    ),
    Difference(
        "start",
        "a request to a starting site waits up to 230 s",
        "it waits up to 20 s, then a page with the reason and the last output answers 503",
        "the reason is what one needs",
    ),
    Difference(
        "start",
        "without Always On a site and its jobs are unloaded after 20 idle minutes",
        "both keep running",
        "a job that never runs is better noticed by the check of the manifest, which demands Always On",
    ),
    Difference(
        "plan",
        "a plan may have several instances, with limits on processor and memory",
        "there is one instance, without limits; the plan's size is shown only",
        "it is one machine",
    ),
    Difference(
        "health check",
        "an instance that fails ten times is replaced",
        "the outcome is recorded and shown",
        "with one instance Azure does little else",
    ),
    Difference(
        "deployment",
        "files are copied into wwwroot one by one while the app runs",
        "the package is unpacked aside and each file moved in one step; a deployment that was interrupted is completed "
        "at the next start",
        "a killed emulator must not leave half a site",
    ),
    Difference(
        "deployment",
        "an entry with `../` is written as if it were `./`",
        "the package is refused, as are absolute names and archives that unpack to far more than their size",
        "such a package is a mistake or an attack",
    ),
    Difference(
        "deployment",
        "zip, war, jar, ear, static, lib, startup and script; Oryx builds; run from package",
        "zip and static files; no builds, no `reset`; `WEBSITE_RUN_FROM_PACKAGE` is refused",
        "the packages of this project are built before they are deployed",
    ),
    Difference(
        "deployment",
        "the answer to a malformed `packageUri` repeats it, with its SAS",
        "it does not",
        "no secrets in answers and logs",
    ),
    Difference(
        "deployment",
        "a package that fails while it is copied answers 200, and only its record says so; clients are told to poll "
        "every 30 s",
        "it answers 500 with the reason, as does its record; clients are told to poll every 2 s",
        "a failure that reads as success is found too late; somebody is waiting",
    ),
    Difference(
        "jobs",
        "on Linux no job runs unless the setting `WEBSITE_SKIP_RUNNING_KUDUAGENT` is `false`; with the site's "
        "`webJobsEnabled` off the jobs API answers 409",
        "they run without either; the components of this project make the setting",
        "there is no agent to start, and the typed API does not know the property",
    ),
    Difference(
        "jobs",
        "a changed job is noticed 5 s after the last change",
        "after 0.3 s, and at once after a deployment",
        "somebody is waiting",
    ),
    Difference(
        "jobs",
        "a job that cannot start, a broken `settings.job` and a date that never comes leave no trace in the job's log",
        "each is said in the job's log or in the emulator's",
        "silence is what this project is against",
    ),
    Difference(
        "jobs",
        "arguments are appended to the command line as they are",
        "they are split into words as .NET does it on Linux",
        "a program is started, not a shell",
    ),
    Difference(
        "jobs",
        "a `.jar` runs by itself on Windows and in Java apps only, a .NET `.dll` nowhere",
        "both run where `java` or `dotnet` is on PATH, after every kind of script that Azure knows",
        "Microsoft's pages promise the first; ship a `run.sh` for the second",
    ),
    Difference(
        "jobs",
        "site extensions bring jobs of their own; requests passed through to a job carry the caller's credentials",
        "there are no site extensions, but their jobs, `EXTENSION(JOB)`, run where they were copied along with the "
        "site; the token of the SCM site is not passed through",
        "no job needs the key to all others",
    ),
    Difference(
        "identity",
        "tokens are signed by Entra; role assignments decide what they allow, after up to some minutes",
        "tokens are signed by the emulator; role assignments decide at once over the management API and, by the "
        "built-in data roles, over queues, blobs and tables. `ONEPLAN_STORAGE_ROLES=off` opens every account to every "
        "good storage token. A batch of table changes needs the right at any table of its account",
        "there is no Entra here; a batch is read after it was let in",
    ),
    Difference(
        "identity",
        "groups, users and names of principals come from Microsoft Graph",
        "there is none: `az role assignment list`, which asks it, fails",
        "nothing but managed identities is known here",
    ),
    Difference(
        "management API",
        "resources are created, changed and deleted through it",
        "it reads them, starts, stops and restarts sites, steers WebJobs, lists settings and account keys; a change of "
        "resources is 405: that is what `pulumi up` is for",
        "a resource changed behind Pulumi's back is drift",
    ),
    Difference(
        "management API",
        "each provider takes certain API versions, and answers by them",
        "every version that is a date is taken and answered alike",
        "clients newer than the emulator go on working",
    ),
    Difference(
        "management API",
        "deployment slots",
        "there are none: the list is empty, a slot by name is 404",
        "a second site under another name does the same on one machine",
    ),
    Difference(
        "management API",
        "`config/publishingcredentials/list` answers user name and password, `publishxml` a profile with both",
        "the first is 403 with the reason; the profile has neither",
        "basic authentication is off for every site",
    ),
    Difference(
        "slots",
        "a slot is swapped with production; what is sticky stays",
        "a slot is a site of its own with a port of its own; it is not swapped, and sticky names are kept only",
        "a swap spares visitors a cold start, and there are none here",
    ),
    Difference(
        "Functions",
        "the Functions host runs the app's functions",
        "the app is deployed and its settings are made; no host runs its functions",
        "Azure Functions Core Tools do that",
    ),
    Difference(
        "Windows",
        "sites and jobs run on Windows; a package may be mounted",
        "stacks with a Windows plan come up; what only Windows runs does not run, nor is a package mounted",
        "this is not Windows",
    ),
    Difference(
        "containers",
        "the image runs",
        "it does not; the default page answers, and jobs that are scripts run on this machine",
        "no container is needed to run it",
    ),
    Difference(
        "Key Vault",
        "a deleted vault is kept, with its name, for the days of its retention",
        "it is gone; secrets lie in `.oneplan/state.db`, which only its owner reads",
        "nothing here is worth keeping",
    ),
    Difference(
        "network",
        "a private site, account or vault answers inside its network only; access rules refuse others",
        "networks, endpoints, zones and rules are declared and checked; everything still answers on loopback, and no "
        "private name resolves",
        "one machine, one user: there is nobody to keep out",
    ),
    Difference(
        "network",
        "a subnet, zone or registry of another resource group must be there",
        "what is in a group this machine did not make is taken to be there and to fit",
        "nothing is known of it here",
    ),
    Difference(
        "domains",
        "the DNS is asked whether a name leads to the site, and its certificate is one that browsers trust",
        "any name is bound, and leads nowhere",
        "nobody's DNS leads to this machine",
    ),
    Difference(
        "monitoring",
        "telemetry, logs, alerts, scaling and budgets",
        "a stack with the target `azure` declares them here too and is checked; nothing is measured or told",
        "the dashboard shows what runs here",
    ),
    Difference(
        "SCM site",
        "basic or Entra authentication for everything",
        "reads are open on loopback, settings excepted; these and every change need the token in `.oneplan/token` or a "
        "management token",
        "one user, one machine; a web page elsewhere still cannot change anything",
    ),
    Difference(
        "SCM site",
        "`/api/command` runs a shell command; `/api/processes` shows the environment of each process",
        "the command is refused with 403; processes are shown without their environment",
        "no shell and no secrets over HTTP",
    ),
)


def rows() -> tuple[Difference, ...]:
    """All differences, by area."""
    return _ROWS


def markdown() -> str:
    """The table as Markdown."""
    lines = ["| area | Azure | here | why |", "| --- | --- | --- | --- |"]
    lines += [f"| {row.area} | {row.azure} | {row.here} | {row.why} |" for row in _ROWS]
    return "\n".join(lines) + "\n"
