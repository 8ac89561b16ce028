"""What tells this processor from others, without a question to LLVM, which takes long to import."""

from __future__ import annotations

import functools
import os

# The first processor of a list that may have hundreds; its flags take the most, some 2,000 bytes on x86-64.
_ENOUGH = 8192
# How fast it is at the moment, and which number it has, says nothing about its instructions.
_CHANGING = ("processor", "cpu MHz", "bogomips", "apicid", "initial apicid", "core id", "physical id", "cache size")


@functools.cache
def processor() -> str:
    """Model and instructions of the processor, as Linux tells them; empty where nobody does.

    Systems that agree in all of that compile the same machine code, and each can run the other's.
    """
    try:
        file = os.open("/proc/cpuinfo", os.O_RDONLY | os.O_CLOEXEC)
    except OSError:
        return ""
    try:
        text = os.read(file, _ENOUGH)
    except OSError:
        return ""
    finally:
        os.close(file)
    return told(text.decode("utf-8", "replace"), os.uname().machine)


def told(text: str, machine: str) -> str:
    r"""What a list of processors tells of the first one that does not change; empty if that is too little.

    Examples
    --------
    >>> told("processor: 0\nflags: fpu avx2\ncpu MHz: 2000\n\nprocessor: 1\n", "x86_64")
    'x86_64; flags: fpu avx2'
    >>> told("processor: 0\n\n", "s390x")
    ''
    """
    first, blank, _ = text.partition("\n\n")
    pairs = [line.partition(":")[::2] for line in first.splitlines()]
    kept = [f"{name.strip()}: {value.strip()}" for name, value in pairs if name.strip() not in _CHANGING]
    complete = blank and any(line.lower().startswith(("flags:", "features:")) for line in kept)
    return "; ".join([machine, *kept]) if complete else ""
