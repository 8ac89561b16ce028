"""The C file, compiled with all warnings: exact values against the net, doubles against the nearest ones."""

import math
import random
import re
import shutil
import subprocess
import sys
from fractions import Fraction

import pytest
from flint import fmpq, fmpz
from oracles.formula_cases import CASES, Case, random_net
from oracles.formula_readers import C, compile_c

from relupoly.analysis.formula.c_form import c_form
from relupoly.analysis.formula.formula import Branch, Formula, HalfSpace

OUTSIDE, NOT_FINITE = 1, 2
SANITIZE = "-fsanitize=address,undefined"


def nearest(value):
    """The double nearest to a rational, as Python divides integers: correctly rounded, ties to even."""
    try:
        return value.numerator / value.denominator
    except OverflowError:
        return math.inf if value > 0 else -math.inf


def same(one, other):
    """Whether doubles are the same, and zeros have the same sign."""
    return one == other and math.copysign(1, one) == math.copysign(1, other)


def constants(values):
    """The formula of a map without slope, one output for each value."""
    rows = tuple((fmpq(0),) for _ in values)
    entries = tuple(fmpq(value.numerator, value.denominator) for value in values)
    return Formula(("x",), (Branch(rows, entries, ((),)),), True)


@pytest.mark.parametrize("name", CASES)
def test_thousands_of_points(name, tmp_path):
    case = CASES[name]
    program = C(c_form(case.formula), tmp_path)
    points = case.points(count=400)
    assert program.exact(points) == [case.value(point) for point in points]


@pytest.mark.parametrize("name", ["an interval", "the plane", "a box", "large numbers"])
def test_nearest_doubles_of_a_net(name, tmp_path):
    case = CASES[name]
    program = C(c_form(case.formula_of_pieces), tmp_path)
    points = [tuple(map(nearest, point)) for point in case.points(count=100)]
    for point, found in zip(points, program.doubles(points), strict=True):
        exact = case.value(tuple(map(Fraction, point)))
        if exact is None:
            assert found == OUTSIDE
        else:
            assert all(map(same, found, map(nearest, exact)))


def test_doubles_at_every_edge(tmp_path):
    tiny, huge, source = Fraction(2) ** -1074, Fraction(2) ** 1024, random.Random(5)
    sizes = [Fraction(2) ** 53 + k for k in range(8)] + [1 + Fraction(k, 2**55) for k in range(9)]
    sizes += [tiny * k / 4 for k in range(33)] + [Fraction(2) ** -1022 + tiny * k / 4 for k in range(-20, 20)]
    sizes += [huge - Fraction(2) ** 970 * k / 4 for k in range(-4, 12)] + [huge * huge, Fraction(2) ** 5000, 1 / huge**4]
    sizes += [Fraction(2) ** k for k in (-1076, -1075, -1, 0, 1, 63, 64, 65, 1023)]
    nudge = Fraction(1, 10**700)
    sizes += [size + one for size in list(sizes) for one in (nudge, -nudge)]
    for _ in range(1000):
        top, scale = source.getrandbits(source.randint(1, 200)), Fraction(2) ** source.randint(-1200, 1000)
        sizes.append((2 * source.getrandbits(53) + 1) * scale if source.random() < 0.5 else Fraction(top, 3) * scale)
    values = [sign * size for size in sizes for sign in (1, -1)]
    (found,) = C(c_form(constants(values)), tmp_path).doubles([(0.5,)])
    assert len(found) == len(values) > 2000
    wrong = [value for value, one in zip(values, found, strict=True) if not same(one, nearest(value))]
    assert not wrong


def test_what_is_no_point_changes_nothing(tmp_path):
    half = Branch(((fmpq(1),), (fmpq(2),)), (fmpq(0), fmpq(1)), ((HalfSpace((fmpz(-1),), fmpz(0)),),))
    program = C(c_form(Formula(("x",), (half,))), tmp_path)
    assert program.doubles([(math.inf,), (math.nan,), (-math.inf,), (-1.0,), (0.25,), (-0.0,)]) == [
        NOT_FINITE,
        NOT_FINITE,
        NOT_FINITE,
        OUTSIDE,
        (0.25, 1.5),
        (0.0, 1.0),
    ]
    assert program.exact([("-1/3",), ("0",), ("1/3",)]) == [None, (0, 1), (Fraction(1, 3), Fraction(5, 3))]


OVERLAP = r"""
#include "formula.c"
#include <stdio.h>
int main(void) {
    double z[2] = {0.5, 0.25};
    mpq_t x[2];
    mpq_init(x[0]);
    mpq_init(x[1]);
    mpq_set_ui(x[0], 1, 2);
    mpq_set_ui(x[1], 1, 4);
    printf("%d ", f_double(z, z));
    printf("%a %a ", z[0], z[1]);
    printf("%d ", f(x, (const mpq_t *) x));
    gmp_printf("%Qd %Qd", x[0], x[1]);
    mpq_clear(x[0]);
    mpq_clear(x[1]);
    return 0;
}
"""


def test_values_may_replace_the_point(tmp_path):
    line = Branch(((fmpq(0), fmpq(1)), (fmpq(1), fmpq(0))), (fmpq(0), fmpq(0)), ((),))
    (tmp_path / "formula.c").write_text(c_form(Formula(("x1", "x2"), (line,), True)), encoding="ascii")
    (tmp_path / "main.c").write_text(OVERLAP, encoding="ascii")
    compile_c(tmp_path / "main.c", "-o", tmp_path / "main", "-lgmp")
    done = subprocess.run([tmp_path / "main"], capture_output=True, text=True, check=True)
    assert done.stdout == "0 0x1p-2 0x1p-1 0 1/4 1/2"


def test_nothing_is_read_beyond_its_end_or_lost(tmp_path):
    if shutil.which("cc") is None:
        pytest.skip("there is no C compiler")
    (tmp_path / "empty.c").write_text("int main(void) { return 0; }\n", encoding="ascii")
    if subprocess.run(["cc", SANITIZE, tmp_path / "empty.c", "-o", tmp_path / "empty"], check=False).returncode:
        pytest.skip("the compiler has no sanitizers")
    case = CASES["a box"]
    program = C(c_form(case.formula), tmp_path, "-g", SANITIZE)
    points = case.points(count=20)
    assert program.exact(points) == [case.value(point) for point in points]
    assert len(program.doubles([tuple(map(nearest, point)) for point in points])) == len(points)


@pytest.mark.skipif(sys.byteorder == "big", reason="halves of words lie in memory the other way round")
def test_words_for_limbs_of_32_bits(tmp_path):
    """GMP with such limbs is not here: what the tables hold then is the same words, halved."""
    text = c_form(CASES["large numbers"].formula)
    tables = "#include <stdint.h>\n#include <stdio.h>\ntypedef uint%d_t mp_limb_t;\n%s\n"
    start = text.index("static const mp_limb_t words")
    shown = []
    for bits, how in zip((64, 32), re.findall("#define W.*", text), strict=True):
        table = text[start : text.index("};", start) + 2]
        source = tables % (bits, how) + table + "\nint main(void) { fwrite(words, sizeof words, 1, stdout); return 0; }\n"
        (tmp_path / "words.c").write_text(source, encoding="ascii")
        compile_c(tmp_path / "words.c", "-o", tmp_path / "words")
        shown.append(subprocess.run([tmp_path / "words"], capture_output=True, check=True).stdout)
    assert shown[0] == shown[1]
    assert len(shown[0]) > 1000


@pytest.mark.slow
def test_thousands_of_pieces(tmp_path):
    case = Case.of(random_net(11, 3, 14, 12, 1))
    program = C(c_form(case.formula), tmp_path)
    points = case.random_points(random.Random(2), 300)
    assert len(case.cells) > 3000
    assert program.exact(points) == [case.value(point) for point in points]
