"""Who is forked to judge finds what it needs imported and compiled."""

import subprocess
import sys

BUILDS = """
import sys
import handrail.ready
import regex._main
from handrail.wiring import Parts
compiled, imported = set(regex._main._cache), set(sys.modules)
Parts(secret=b"1" * 32).checks
print(len(compiled) > 100, len(set(regex._main._cache) - compiled), sorted(set(sys.modules) - imported))
"""


def test_a_second_judge_compiles_and_imports_nothing():
    told = subprocess.run([sys.executable, "-c", BUILDS], capture_output=True, text=True, check=True).stdout

    assert told == "True 0 []\n"
