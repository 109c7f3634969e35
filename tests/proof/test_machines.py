"""Machines that are not ours: a bare Debian, other Pythons, an environment with nothing but the wheel."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from pathlib import Path

import pytest
from proofs import clone, record, run, timed

ROOT = Path(__file__).parent.parent.parent
SUITE = "bookworm"
MIRROR = os.environ.get("DEBIAN_MIRROR", "http://deb.debian.org/debian")
BARE = "python3,python3-venv,make,git,ca-certificates"
CERTIFICATES = ("SSL_CERT_FILE", "PIP_CERT", "NODE_EXTRA_CA_CERTS", "REQUESTS_CA_BUNDLE")
PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"
SUMMARY = re.compile(r"=+ (.*\bpassed\b.*) in [\d.]+s.*=+$", re.MULTILINE)


def bare_environment(home: str, path: str = PATH) -> dict[str, str]:
    """Return PATH, HOME and where the certificates of this network stand."""
    return {"PATH": path, "HOME": home, **{name: os.environ[name] for name in CERTIFICATES if name in os.environ}}


def passed(said: str) -> str:
    """Return the numbers of a test run; it fails if tests were skipped or none ran."""
    found = SUMMARY.search(said)
    assert found is not None, said[-4000:]
    assert "skipped" not in found[1], found[1]
    return found[1]


def minutes(seconds: float) -> str:
    return f"{seconds // 60:.0f} min {seconds % 60:.0f} s"


@contextmanager
def mounted(kind: str, folder: Path) -> Iterator[None]:
    subprocess.run(["mount", "-t", kind, kind, folder], check=True)
    try:
        yield
    finally:
        subprocess.run(["umount", "--lazy", folder], check=True)


@contextmanager
def bare_debian(folder: Path) -> Iterator[Path]:
    """Install a bare Debian into a folder, with this machine's name servers and certificates."""
    if not shutil.which("debootstrap"):
        run(["apt-get", "update", "--quiet"])
        run(["apt-get", "install", "--quiet", "--yes", "--no-install-recommends", "debootstrap"])
    run(["debootstrap", "--variant=minbase", f"--include={BARE}", SUITE, str(folder), MIRROR])
    shutil.copy("/etc/resolv.conf", folder / "etc" / "resolv.conf")
    shutil.copy("/etc/hosts", folder / "etc" / "hosts")
    shutil.copy("/etc/ssl/certs/ca-certificates.crt", folder / "etc" / "ssl" / "certs")
    with ExitStack() as stack:
        stack.enter_context(mounted("proc", folder / "proc"))
        stack.enter_context(mounted("tmpfs", folder / "dev" / "shm"))
        yield folder


def test_the_two_commands_work_in_a_bare_debian(tmp_path: Path) -> None:
    with bare_debian(tmp_path / "debian") as debian:
        clone(debian / "comity")
        inside = ["chroot", str(debian), "/usr/bin/env", "--chdir=/comity", "make"]
        environment = bare_environment("/root")
        programs = run(
            [*inside[:-1], "sh", "-c", "command -v node npm chromium java gcc || true"], environment=environment
        )
        assert programs == "", "a bare Debian has none of these"
        built, building = timed([*inside, "site"], environment=environment)
        assert "Built:" in built
        assert "warning" not in built.lower(), built
        again, nothing = timed([*inside, "site"], environment=environment)
        assert "Nothing has changed" in again
        tested, testing = timed([*inside, "test"], environment=environment)
        version = (debian / "etc" / "debian_version").read_text(encoding="utf-8").strip()
        chromium = next((debian / "comity" / "build" / "chromium").iterdir()).name
        python = run([*inside[:-1], ".venv/bin/python", "--version"], environment=environment).strip()
    record(
        "Bare Debian",
        f"debootstrap of {SUITE} with {BARE.replace(',', ', ')} and nothing else; a clone; `make site` twice and "
        "`make test` inside, by chroot, with an environment of PATH, HOME and the certificates of the network.",
        {
            "Debian": version,
            "Python": python.removeprefix("Python "),
            "make site": minutes(building),
            "make site again, nothing changed": minutes(nothing),
            "make test": minutes(testing),
            "tests": passed(tested),
            "Chromium with Chinese fonts (npm)": chromium,
        },
    )


def pythons() -> dict[str, str]:
    """Return the Pythons of this machine that we support, by version, the oldest first."""
    named = os.environ.get("COMITY_PYTHONS", "").split()
    places = [*os.environ["PATH"].split(":"), *map(str, Path.home().glob(".pyenv/versions/*/bin"))]
    found: dict[str, str] = {}
    for program in named or [f"{place}/python3.{minor}" for place in places for minor in range(11, 20)]:
        if shutil.which(program):
            said = subprocess.run([program, "-c", VERSION], capture_output=True, text=True, check=False).stdout.strip()
            found.setdefault(said, program)
    return {version: found[version] for version in sorted(filter(None, found), key=number)}


def number(version: str) -> tuple[int, ...]:
    return tuple(map(int, version.split(".")))


VERSION = "import ensurepip, sys; print('.'.join(map(str, sys.version_info[:3])))"


@pytest.mark.parametrize(("place", "which"), [(0, "Oldest Python"), (-1, "Newest Python")])
def test_the_oldest_and_the_newest_python_pass_the_tests(tmp_path: Path, place: int, which: str) -> None:
    here = pythons()
    versions = list(here)
    assert versions[0].startswith("3.11."), f"name a Python 3.11 in COMITY_PYTHONS; found {here}"
    assert number(versions[-1]) > (3, 12), f"name a newer Python in COMITY_PYTHONS; found {here}"
    checkout, version = clone(tmp_path / "checkout"), versions[place]
    environment = bare_environment(str(Path.home()), os.environ["PATH"])
    said, seconds = timed(["make", "test", f"PYTHON={here[version]}"], checkout, environment)
    assert version in run([".venv/bin/python", "--version"], checkout)
    record(
        which,
        "`make test` in a fresh clone, everything installed anew.",
        {"Python": version, "make test": minutes(seconds), "tests": passed(said)},
    )


def test_the_wheel_alone_is_enough(tmp_path: Path) -> None:
    checkout = clone(tmp_path / "checkout")
    environment = bare_environment(str(Path.home()), os.environ["PATH"])
    run(["make", "dist"], checkout, environment)
    wheel = next((checkout / "dist").glob("*.whl"))
    shutil.copy(checkout / "requirements" / "run.txt", tmp_path)
    wheel = Path(shutil.move(wheel, tmp_path / wheel.name))
    shutil.rmtree(checkout)
    run([sys.executable, "-m", "venv", "empty"], tmp_path)
    pip = [str(tmp_path / "empty" / "bin" / "pip"), "install", "--quiet"]
    run([*pip, "--require-hashes", "-r", "run.txt"], tmp_path, environment)
    run([*pip, "--no-deps", str(wheel)], tmp_path, environment)
    comity = str(tmp_path / "empty" / "bin" / "comity")
    bundled = run([str(tmp_path / "empty" / "bin" / "python"), "-c", BUNDLED], tmp_path).strip()
    shutil.copytree(bundled, tmp_path / "mine")
    alone: Mapping[str, str] = {"PATH": PATH, "HOME": str(tmp_path)}
    said, seconds = timed([comity, "build"], tmp_path / "mine", alone)
    assert "Built:" in said
    assert (tmp_path / "mine" / "build" / "site" / "assets" / "app.js").is_file()
    record(
        "Wheel",
        "`make dist` in a clone, which is then removed; the wheel and the packages of `requirements/run.txt` in an "
        "empty environment; `comity build` in a copy of the project that the wheel brings.",
        {
            "wheel": f"{wheel.name}, {wheel.stat().st_size / 2**20:.2f} MB",
            "comity build": minutes(seconds),
            "site": re.sub(r"\s+", " ", next(line for line in said.splitlines() if "pages" in line)).replace(
                " site ", "", 1
            ),
        },
    )


BUNDLED = "from comity.core.resources import bundled_project; print(bundled_project())"


@pytest.fixture(autouse=True)
def _root() -> None:
    assert os.geteuid() == 0, "mounts and chroot need root"
