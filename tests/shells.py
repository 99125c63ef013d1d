"""Scripts of pipelines and hooks, run by bash; what they call ``handrail`` is the front door of this process."""

import io
import json
import os
import socket
import subprocess
import sys
from dataclasses import dataclass, field
from pathlib import Path

import yaml

ROOT = Path(__file__).parents[1]
#: Sends its arguments to the test, and ends as that says.
CALLER = """#!{python} -IS
import json, os, socket, sys
line = socket.socket(socket.AF_UNIX)
line.connect({address!r})
words = sys.stdin.read() if "-" in sys.argv[1:] else ""
told = json.dumps([sys.argv[1:], words, os.environ.get("HANDRAIL_KEY")]).encode()
line.sendall(len(told).to_bytes(8, "big") + told)
answer = json.loads(line.makefile("rb").read())
sys.stdout.write(answer[1])
sys.stderr.write(answer[2])
sys.exit(answer[0])
"""


class Tagged(yaml.SafeLoader):
    """YAML as pipelines write it: ``on`` is a word."""


Tagged.yaml_implicit_resolvers = {
    key: [one for one in some if one[0] != "tag:yaml.org,2002:bool" or key not in "oO"]
    for key, some in yaml.SafeLoader.yaml_implicit_resolvers.items()
}


def read(name):
    """A file of ``integrations``."""
    return yaml.load((ROOT / "integrations" / name).read_text("utf-8"), Tagged)  # noqa: S506  # a SafeLoader


@dataclass
class Shell:
    """``folder`` holds the name ``handrail``; ``answer(arguments, words) -> (code, said, told)``."""

    folder: Path
    calls: list = field(default_factory=list)
    keys: list = field(default_factory=list)

    def run(self, command, answer, *, cwd, shell="bash -eo pipefail", words=b"", **variables):
        """Run a script, or a list of arguments, and serve its calls meanwhile: exit code, standard output and error."""
        address = str(self.folder / "line")
        bin_ = self.folder / "bin"
        bin_.mkdir(exist_ok=True)
        (bin_ / "handrail").write_text(CALLER.format(python=sys.executable, address=address))
        (bin_ / "handrail").chmod(0o755)
        arguments = [*shell.split(), "-c", command] if isinstance(command, str) else command
        environment = {"PATH": f"{bin_}:{os.environ['PATH']}", "HOME": str(self.folder), **variables}
        with (
            socket.socket(socket.AF_UNIX) as door,
            open(self.folder / "said", "w+b") as said,
            open(self.folder / "told", "w+b") as told,
        ):
            door.bind(address)
            door.listen()
            door.settimeout(0.05)
            process = subprocess.Popen(
                arguments, cwd=cwd, env=environment, stdin=subprocess.PIPE, stdout=said, stderr=told
            )
            process.stdin.write(words)
            process.stdin.close()
            while process.poll() is None:
                try:
                    line, _ = door.accept()
                except TimeoutError:
                    continue
                with line:
                    line.settimeout(60)
                    self._serve(line, answer)
            Path(address).unlink()
            return process.returncode, *((said.seek(0), said.read().decode())[1] for said in (said, told))

    def _serve(self, line, answer):
        with line.makefile("rb") as incoming:
            arguments, words, key = json.loads(incoming.read(int.from_bytes(incoming.read(8), "big")))
        self.calls.append(arguments)
        self.keys.append(key)
        line.sendall(json.dumps(answer(arguments, words)).encode())


def front_door(handrail, monkeypatch):
    """Answers with what the front door does and says."""

    def answer(arguments, words):
        monkeypatch.setattr(sys, "stdin", io.StringIO(words))
        call = handrail(*arguments)
        return call.code, call.said, call.told

    return answer
