"""Machine code without its compiler: what numba has compiled is kept, and later loaded by LLVM alone.

Importing numba, and letting it prepare itself for all that it may be asked to compile, takes half a second, several times
what a small net needs. But compiled code that neither counts references nor raises needs nothing of numba. So its object code
is written to a file, named after all that it depends on: the source (a file, or all files of a folder `kernel`), the types,
LLVM, the processor (`code_cache`, `processor`). Where that file is there, it is loaded, and the function is called through
ctypes: on x86-64 without LLVM, too, whose import takes as long as a small count, since there the object code was linked before
it was written (`image`); elsewhere by LLVM's own binding, llvmlite (`object_code`).

Numba passes a named tuple as its members, one after another, and an array as a row of numbers: hundreds of arguments, which
ctypes would take long to convert. So they stay in a table (`arguments`), and an entry, some lines of LLVM's own language, loads
them from there. What numba does is not promised, so it is compared with the types that the compiled function takes, as are the
functions of the C library that it calls. If anything differs, or a private part of numba is not what it was (`numba_parts`),
numba does all by itself, as usual (`fallback`).

Whoever can write machine code that we load can do whatever we can. So it is loaded only from files and folders that nobody else
can write (`relupoly.disk.ownership`). A first compilation takes a minute: it is done by another process, while this one goes
on, can be stopped, and does not double what a third one does (`engine`, `lock`).
"""

from relupoly.jit.engine import Engine
from relupoly.jit.kernel import Kernel, loose, njit

__all__ = ["Engine", "Kernel", "loose", "njit"]
