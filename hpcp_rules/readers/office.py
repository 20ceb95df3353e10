"""Formats that only an office program understands (.doc, .odt, .rtf), turned into DOCX by LibreOffice where it is.

The program runs in a profile and a folder of its own that are removed afterwards, without macros, links that are
followed or, where the system can do that, any network, and is ended when it takes too long.
"""

from __future__ import annotations

import contextlib
import os
import shlex
import shutil
import signal
import subprocess
import sys
import tempfile
from dataclasses import replace
from functools import cache
from pathlib import Path

from hpcp_rules.errors import ReadError, Where
from hpcp_rules.model.source import SourceDocument
from hpcp_rules.readers.build import damaged, too_complex
from hpcp_rules.readers.limits import Limits
from hpcp_rules.readers.options import Options

MEDIA_TYPES = {
    "doc": "application/msword",
    "odt": "application/vnd.oasis.opendocument.text",
    "rtf": "application/rtf",
}
_STARTS = 3
"""How often the program is started: on a busy machine a second start can still meet what is left of the first."""
_NAMES = {"doc": "Word 97–2003 (.doc)", "odt": "OpenDocument (.odt)", "rtf": "RTF"}
_PLACES = (
    "/usr/bin/soffice", "/usr/local/bin/soffice", "/Applications/LibreOffice.app/Contents/MacOS/soffice",
    r"C:\Program Files\LibreOffice\program\soffice.exe",
)  # fmt: skip
_SETTINGS = """<?xml version="1.0" encoding="UTF-8"?>
<oor:items xmlns:oor="http://openoffice.org/2001/registry" xmlns:xs="http://www.w3.org/2001/XMLSchema">
<item oor:path="/org.openoffice.Office.Common/Security/Scripting"><prop oor:name="MacroSecurityLevel"
oor:op="fuse"><value>3</value></prop></item>
<item oor:path="/org.openoffice.Office.Common/Security/Scripting"><prop oor:name="DisableMacrosExecution"
oor:op="fuse"><value>true</value></prop></item>
<item oor:path="/org.openoffice.Office.Common/Security/Scripting"><prop oor:name="BlockUntrustedRefererLinks"
oor:op="fuse"><value>true</value></prop></item>
<item oor:path="/org.openoffice.Office.Writer/Content/Update"><prop oor:name="Link"
oor:op="fuse"><value>0</value></prop></item>
<item oor:path="/org.openoffice.Inet/Settings"><prop oor:name="ooInetProxyType"
oor:op="fuse"><value>2</value></prop></item>
<item oor:path="/org.openoffice.Inet/Settings"><prop oor:name="ooInetHTTPProxyName"
oor:op="fuse"><value>127.0.0.1</value></prop></item>
<item oor:path="/org.openoffice.Inet/Settings"><prop oor:name="ooInetHTTPProxyPort"
oor:op="fuse"><value>9</value></prop></item>
</oor:items>
"""
"""Of the profile: no macros, no links followed, and a proxy at which nobody listens."""


def read_office(data: bytes, kind: str, name: str, limits: Limits, options: Options) -> SourceDocument:
    """Read a file of an office program by way of DOCX; `kind` is ``doc``, ``odt`` or ``rtf``.

    Errors: `ReadError` when there is no converter, or it cannot open the file or takes too long.
    """
    from hpcp_rules.readers.docx import read_docx

    program = find_program()
    if program is None:
        raise _no_program(kind, name)
    source = read_docx(_converted(program, data, kind, name, limits), name, limits, options)
    return replace(
        source,
        media_type=MEDIA_TYPES[kind],
        notes=(*source.notes, "converted"),
    )


def find_program() -> str | None:
    """The path of LibreOffice, None when it is not installed."""
    found = shutil.which("soffice") or shutil.which("libreoffice")
    return found or next((place for place in _PLACES if Path(place).is_file()), None)


def _converted(program: str, data: bytes, kind: str, name: str, limits: Limits) -> bytes:
    # In a folder that only this user may enter, removed whatever happens.
    with tempfile.TemporaryDirectory(prefix="hpcp-", ignore_cleanup_errors=True) as folder:
        work = Path(folder)
        (work / "profile" / "user").mkdir(parents=True)
        (work / "profile" / "user" / "registrymodifications.xcu").write_text(_SETTINGS, encoding="utf-8")
        (work / "out").mkdir()
        file = work / f"in.{kind}"
        file.write_bytes(data)
        environment = {k: v for k, v in os.environ.items() if k in ("PATH", "LANG", "LC_ALL", "SYSTEMROOT")}
        environment |= {
            "HOME": folder,
            "TMPDIR": folder,
            "http_proxy": "http://127.0.0.1:9",
            "SAL_USE_VCLPLUGIN": "svp",
        }
        result = work / "out" / "in.docx"
        profile = work / "profile"
        for start in range(_STARTS):
            if start:
                # It starts anew once it has set up a profile. In the fence of a worker it cannot remove the socket of
                # its first start, whose name comes from the profile's: under another name there is none in its way.
                profile = profile.rename(work / f"profile-{start}")
            command = [
                *_without_network(os.getpid()), program, f"-env:UserInstallation={profile.as_uri()}", "--headless",
                "--invisible", "--nologo", "--norestore", "--nolockcheck", "--convert-to", "docx:MS Word 2007 XML",
                "--outdir", str(work / "out"), str(file),
            ]  # fmt: skip
            try:
                _run(command, environment, folder, limits.max_convert_seconds)
            except subprocess.TimeoutExpired as error:
                raise too_complex(name) from error
            except OSError as error:
                raise _no_program(kind, name) from error
            if result.is_file():
                break
        else:
            raise damaged(name, _NAMES[kind])
        with result.open("rb") as stream:
            out = stream.read(limits.max_uncompressed + 1)
        return out


def _run(command: list[str], environment: dict[str, str], folder: str, seconds: float) -> None:
    """Run a program with all it starts; when time is over, all of it is ended."""
    with subprocess.Popen(
        command, env=environment, cwd=folder, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL, start_new_session=True,
    ) as process:  # fmt: skip
        try:
            process.wait(seconds)
        except BaseException:
            if sys.platform == "win32":
                process.kill()
            else:
                with contextlib.suppress(ProcessLookupError):
                    os.killpg(process.pid, signal.SIGKILL)
            raise


@cache
def _without_network(process: int) -> tuple[str, ...]:
    """The words before a command that take its network away; none where the system does not allow that.

    Arguments:
        process: this very process: a forked worker may less than who started it, and may have no network anyway.
    """
    tool = shutil.which("unshare")
    if tool is None:
        return ()
    words = (tool, "--user", "--map-current-user", "--net", "--")
    try:
        done = subprocess.run([*words, "true"], capture_output=True, timeout=5, check=False).returncode == 0
    except (OSError, subprocess.TimeoutExpired):
        done = False
    return words if done else ()


def _no_program(kind: str, name: str) -> ReadError:
    by_hand = f"soffice --headless --convert-to docx {shlex.quote(name)}"
    return ReadError(
        "no-converter",
        vi=f"Cần LibreOffice để đọc tệp {_NAMES[kind]}, nhưng máy này chưa cài.",
        en=f"LibreOffice is needed to read {_NAMES[kind]} files and is not installed here.",
        where=Where(name),
        remedy_vi="Cài: sudo apt install libreoffice-writer-nogui (Windows, macOS: https://www.libreoffice.org), "
        f"hoặc chuyển tệp sang DOCX trên máy có LibreOffice: {by_hand}",
        remedy_en="Install it: sudo apt install libreoffice-writer-nogui (or from www.libreoffice.org), "
        f"or convert the file to DOCX where it is installed: {by_hand}",
    )
