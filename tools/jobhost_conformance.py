"""Writes `docs/jobhost-conformance.md`: each case of JobHost with the tests that show it; run by `make fmt`.

A test shows a case by naming it at the start of its docstring, as in `C17.` or `C20, C21.`
"""

import ast
import re
import sys
from collections import defaultdict
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
PAGE = ROOT / "docs" / "jobhost-conformance.md"
TESTS = ("tests/unit/jobhost", "tests/integration")
NAMED = re.compile(r"(C\d\d)(?=[,.: ]|$)")

CASES = """
C01 = a message whose handler returns is called once and deleted with its newest receipt
C02 = a handler that always raises is called as often as attempts are allowed, then one copy is in the poison queue
C03 = with one attempt allowed, the first failure is poison
C04 = two failures and a success leave nothing behind
C05 ≠ a message handed out more often than `max_deliveries` is poison without a call (.NET: than the attempts)
C06 ≠ a failed message comes back after a back-off with jitter (.NET: at once)
C07 + `Retry(after=…)` chooses the wait; the attempt counts
C08 + `Poison(reason)` ends the attempts at once; the reason is in the log, and in a blob where asked for
C09 = a handler of a poison queue fails without a poison queue of its own; nothing is deleted, ever
C10 ≠ a queue whose name is too long for a poison queue warns at the start and keeps its messages
C11 = a poison queue that is missing is made for the first copy
C12 ≠ while the poison queue cannot be written the message stays, hidden for a minute or more; the host lives
C13 = a death between copy and delete leaves two copies, never none
C14 ≠ the poison copy is the same text and never expires (.NET: seven days)
C15 = a lease is renewed at half its length for as long as the handler runs
C16 ≠ renewals that fail for a while cost nothing (.NET: the process dies)
C17 ≠ a lost lease cancels the handler, and the message is neither deleted nor poisoned
C18 = deleting what is gone is no error
C19 ≠ a delete that keeps failing is tried to the lease's end; then the message comes back
C20 = a receive that fails is a step of the back-off
C21 ≠ a receive that is refused is said once, looked at again at the longest wait, and shows in the health
C22 = a queue that is missing is not made, and is read once it appears
C23 = an empty queue is looked at after 0.1 s, then ever more seldom
C24 = a find brings the shortest wait back
C25 ≠ idle hosts do not stay in phase, at the longest wait neither
C26 = a send in the same process is noticed at once
C27 = a send during a poll that finds nothing is not missed
C28 ≠ never more is asked for than there are free slots
C29 = one at a time means one at a time
C30 ≠ plain JSON is read as well as Base64 (.NET: poison)
C31 = one message that cannot be decoded leaves the rest of its page alone
C32 ≠ a payload that does not fit is poison at once, and the reason names the field
C33 = the field that .NET adds is ignored
C34 + what is too large is refused before any request
C35 = a stop lets running handlers end, and the exit is clean
C36 ≠ a handler that outlives the grace gives its message back; exit code 3
C37 ≠ a last attempt that a stop cuts short is not poison
C38 ≠ messages that arrive after the stop are given back uncalled
C39 ≠ a shutdown file that is there at the start means nothing is received
C40 = the shutdown file stops an idle host at once
C41 = a host runs once; stop may be called as often as one likes
C42 = `AzureWebJobs_<name>_Disabled` keeps a function from its queue, but it can be called
C43 = calling a function that is not there names those that are; a call raises what the function raises
C44 ≠ a time-out cancels one coroutine and is one failure (.NET: the process dies)
C45 = what a timer missed is made up for with one run, where `catch_up` asks for it
C46 = a new timer waits for its first occurrence and writes its state
C47 = a run that overran is followed by one at once, then by the grid
C48 = an occurrence is run once, also when the clock is set back
C49 = a run that raises does not end the schedule
C50 = a singleton runs in one instance at a time, and moves on when that one dies
C51 ≠ a stolen lock cancels the call that needs it, and nothing else
C52 + a coroutine that blocks its loop does not lose its lease
C53 ≠ a full function neither polls nor spins
C54 + ten thousand messages, each call failing now and then, twenty deaths: nothing is lost
"""


def shown_by() -> dict[str, list[str]]:
    """The tests that name each case, as paths with names."""
    found: dict[str, list[str]] = defaultdict(list)
    for folder in TESTS:
        for path in sorted((ROOT / folder).glob("test_*.py")):
            for node in ast.parse(path.read_text()).body:
                if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and node.name.startswith("test_"):
                    for case in NAMED.findall((ast.get_docstring(node) or "").partition("\n")[0]):
                        found[case].append(f"{path.relative_to(ROOT)}::{node.name}")
    return found


def markdown() -> str:
    """The page."""
    found = shown_by()
    rows = []
    for line in CASES.strip().splitlines():
        number, sign, text = line.split(" ", 2)
        shown = "<br>".join(f"`{test.rpartition('::')[2]}`" for test in found.get(number, [])) or "none"
        rows.append(f"| {number} | {sign} | {text} | {shown} |")
    return "\n".join(
        [
            "# What JobHost does, case by case",
            "",
            "Written by `make fmt` from the tests. `=` as the WebJobs SDK for .NET, `≠` different, `+` new here.",
            "",
            "| | | case | shown by |",
            "| --- | --- | --- | --- |",
            *rows,
            "",
        ]
    )


if __name__ == "__main__":
    PAGE.write_text(markdown())
    sys.exit(1 if "| none |" in markdown() else 0)
