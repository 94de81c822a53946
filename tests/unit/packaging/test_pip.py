"""What the user is told when pip fails."""

from pathlib import Path

from oneplan.manifest.values import Runtime
from oneplan.packaging.pip import failure
from oneplan.packaging.platforms import platform_for
from oneplan.packaging.requirements import RequirementFile

HERE = platform_for("local", Runtime("python", "3.13"))
AZURE = platform_for("azure", Runtime("python", "3.13"))
FILES = (
    RequirementFile(Path("/p/shop/requirements.txt"), "shop/requirements.txt", "flask>=3\n", included=False),
    RequirementFile(Path("/p/tidy/requirements.txt"), "tidy/requirements.txt", "Pillow[extra]\n", included=False),
)


def told(stderr: str, platform=HERE) -> str:
    return str(failure(FILES, platform, stderr))


def test_file_that_asks_for_the_package_is_named():
    stderr = "WARNING: x\nERROR: Could not find a version\nERROR: No matching distribution found for pillow[extra]\n"

    assert told(stderr, AZURE) == (
        "tidy/requirements.txt: pip: No matching distribution found for pillow[extra]; "
        "it needs a wheel for Linux and Python 3.13; choose a version that has one"
    )


def test_network_is_not_mistaken_for_a_missing_wheel():
    stderr = (
        "WARNING: Retrying (Retry(total=0)) after connection broken\nERROR: No matching distribution found for flask\n"
    )

    assert told(stderr, AZURE) == (
        "shop/requirements.txt: pip: No matching distribution found for flask; "
        "the package index could not be reached; check the network and run the command again"
    )


def test_full_disk_is_told_as_such_even_where_pip_crashes():
    stderr = "ERROR: Could not install packages due to an OSError: [Errno 28] No space left on device\n"

    traceback = "ERROR: Exception:\nTraceback (most recent call last):\nOSError: [Errno 28] No space left on device\n"

    assert told(stderr) == told(traceback)
    assert told(stderr).endswith("pip: No space left on device; free some space and run the command again")


def test_conflict_shows_pips_sentence_and_not_its_footnote():
    stderr = (
        "ERROR: Cannot install -r /p/shop/requirements.txt (line 1) and pillow because these package versions have "
        "conflicting dependencies.\nERROR: ResolutionImpossible: for help visit a page\n"
    )

    assert told(stderr) == (
        "shop/requirements.txt, tidy/requirements.txt: pip: Cannot install -r shop/requirements.txt (line 1) and "
        "pillow because these package versions have conflicting dependencies; check names and versions there"
    )


def test_interpreter_without_pip_is_told_how_to_get_it():
    assert told("/usr/bin/python3: No module named pip\n").endswith("-m ensurepip`")


def test_silence_is_told_as_such():
    assert told("") == (
        "shop/requirements.txt, tidy/requirements.txt: pip: it gave no reason; check names and versions there"
    )
