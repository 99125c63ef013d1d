"""Runs a program under a seccomp profile as containers do: another account (-: the same), then the filter.

python seccomp.py PROFILE UID|- PROGRAM [ARGUMENT]...
"""

import ctypes
import json
import os
import sys

_ALLOW, _ERRNO = 0x7FFF0000, 0x00050000
_OPS = {"SCMP_CMP_NE": 1, "SCMP_CMP_EQ": 4, "SCMP_CMP_MASKED_EQ": 7}
_PR_SET_NO_NEW_PRIVS = 38


class _Argument(ctypes.Structure):
    _fields_ = (("arg", ctypes.c_uint), ("op", ctypes.c_int), ("a", ctypes.c_uint64), ("b", ctypes.c_uint64))


def load(profile):
    """Put this process under the profile. Names that the library does not know are left out, as Docker does."""
    library = ctypes.CDLL("libseccomp.so.2")
    library.seccomp_init.restype = ctypes.c_void_p
    action = {"SCMP_ACT_ALLOW": _ALLOW, "SCMP_ACT_ERRNO": _ERRNO | profile.get("defaultErrnoRet", 1)}
    context = ctypes.c_void_p(library.seccomp_init(action[profile["defaultAction"]]))
    for rule in profile["syscalls"]:
        arguments = [
            _Argument(one["index"], _OPS[one["op"]], one["value"], one["valueTwo"]) for one in rule.get("args", [])
        ]
        for name in rule["names"]:
            number = library.seccomp_syscall_resolve_name(name.encode())
            if number >= 0:
                table = (_Argument * len(arguments))(*arguments)
                done = library.seccomp_rule_add_array(context, action[rule["action"]], number, len(arguments), table)
                assert done == 0, (name, done)
    ctypes.CDLL(None).prctl(_PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0)
    assert library.seccomp_load(context) == 0


if __name__ == "__main__":
    file, user, *command = sys.argv[1:]
    with open(file, encoding="utf-8") as opened:
        said = json.load(opened)
    if user != "-":
        os.setgroups([])
        os.setgid(int(user))
        os.setuid(int(user))
    load(said)
    os.execvp(command[0], command)  # noqa: S606
