"""Readers of formulas: what a form says, as a function over `Fraction`; they use nothing of the library."""

import re
import shutil
import subprocess
from fractions import Fraction

import pytest

TOKEN = re.compile(r"\s*(\d+/\d+|\d+|<=|>=|[-+*(),=]|[A-Za-z][A-Za-z0-9_{}\\]*)")


class Text:
    """A reader of the grammar of `relupoly.analysis.formula.text_form`, by recursive descent."""

    def __init__(self, text):
        text = "".join(line for line in text.splitlines(keepends=True) if not line.startswith("#"))
        head, _, body = text.partition("=")
        assert head.startswith("f(")
        assert head.rstrip().endswith(")")
        self.names = head.rstrip()[2:-1].split(", ")
        self.branches = [self.branch(line) for line in body.splitlines() if line.strip()]

    def __call__(self, *point):
        at = dict(zip(self.names, map(Fraction, point), strict=True))
        for values, sets in self.branches:
            if sets is None or any(all(holds(at) for holds in one) for one in sets):
                return None if values is None else tuple(value(at) for value in values)
        raise AssertionError("no branch says anything")

    def branch(self, line):
        self.tokens, end = [], 0
        while end < len(line.rstrip()):
            token = TOKEN.match(line, end)
            assert token, line[end:]
            self.tokens.append(token[1])
            end = token.end()
        if self.tokens == ["undefined", "otherwise"]:
            return None, None
        values = self.listed(self.affine) if self.tokens[0] == "(" else [self.affine()]
        if not self.tokens:
            return values, None
        word = self.tokens.pop(0)
        sets = None if word == "otherwise" else self.joined("or", self.set)
        assert word in ("if", "otherwise")
        assert not self.tokens
        return values, sets

    def listed(self, part):
        self.take("(")
        found = self.joined(",", part)
        self.take(")")
        return found

    def joined(self, word, part):
        found = [part()]
        while self.tokens and self.tokens[0] == word:
            self.take(word)
            found.append(part())
        return found

    def set(self):
        if self.tokens[0] != "(":
            return self.joined("and", self.range)
        self.take("(")
        found = self.joined("and", self.range)
        self.take(")")
        return found

    def range(self):
        sides = [self.affine()]
        relations = []
        while self.tokens and self.tokens[0] in ("<=", ">="):
            relations.append(self.tokens.pop(0))
            sides.append(self.affine())
        assert relations in (["<="], [">="], ["<=", "<="])
        signs = [1 if relation == "<=" else -1 for relation in relations]
        return lambda at: all(
            sign * (right(at) - left(at)) >= 0 for sign, left, right in zip(signs, sides, sides[1:], strict=False)
        )

    def affine(self):
        terms, sign = [], 1
        if self.tokens[0] == "-":
            sign = -1
            self.take("-")
        terms.append(self.term(sign))
        while self.tokens and self.tokens[0] in "+-":
            terms.append(self.term(1 if self.tokens.pop(0) == "+" else -1))
        return lambda at: sum(factor * (1 if name is None else at[name]) for factor, name in terms)

    def term(self, sign):
        token = self.tokens.pop(0)
        if not token[0].isdigit():
            return sign, token
        if self.tokens and self.tokens[0] == "*":
            self.take("*")
            return sign * Fraction(token), self.tokens.pop(0)
        return sign * Fraction(token), None

    def take(self, token):
        assert self.tokens.pop(0) == token


def latex(text):
    """The LaTeX form, rewritten in the grammar of the plain one."""
    text = "".join(line for line in text.splitlines(keepends=True) if not line.startswith("%"))
    assert text.count(r"\begin{cases}") == text.count(r"\end{cases}") <= 1
    for old, new in [
        (r"\\frac\{(\d+)\}\{(\d+)\}", r"\1/\2"),
        (r"\\text\{ ?(\w+) ?\}", r"\1"),
        (r" & ", "    "),
        (r" \\\\\n", "\n"),
        (r"\\left\(|\\right\)", lambda match: match[0][-1]),
        (r"\\(begin|end)\{cases\}", ""),
        (r"\\le ", "<= "),
        (r"\\ge ", ">= "),
        (r"_\{(\d+)\}", r"\1"),
        (r"(\d) ([a-z]\d*)(?![a-z])", r"\1*\2"),
    ]:
        text = re.sub(old, new, text)
    return Text(text)


def python(text):
    """The module, executed by itself."""
    module = {"__name__": "formula"}
    exec(compile(text, "formula.py", "exec"), module)

    def function(*point):
        try:
            value = module["f"](*point)
        except ValueError:
            return None
        assert type(value) in (Fraction, tuple)
        return value if isinstance(value, tuple) else (value,)

    return function


def sympy_function(expressions, symbols):
    """Expressions of sympy, by exact substitution."""
    import sympy

    def function(*point):
        exact = [sympy.Rational(entry.numerator, entry.denominator) for entry in map(Fraction, point)]
        values = [expression.subs(dict(zip(symbols, exact, strict=True))) for expression in expressions]
        if any(value is sympy.nan for value in values):
            assert all(value is sympy.nan for value in values)
            return None
        assert all(value.is_Rational for value in values)
        return tuple(Fraction(int(value.p), int(value.q)) for value in values)

    return function


MAIN = r"""
#include "formula.c"
#include <stdio.h>
int main(int count, char **arguments) {
    size_t i;
    int exact = count > 1 && arguments[1][0] == 'e', status;
    mpq_t x[INPUTS], y[OUTPUTS];
    double from[INPUTS], to[OUTPUTS];
    for (i = 0; i < INPUTS; i++) mpq_init(x[i]);
    for (i = 0; i < OUTPUTS; i++) mpq_init(y[i]);
    for (;;) {
        for (i = 0; i < INPUTS; i++)
            if (exact ? !mpq_inp_str(x[i], stdin, 10) : scanf("%lf", &from[i]) != 1) break;
        if (i < INPUTS) break;
        status = exact ? f(y, (const mpq_t *) x) : f_double(to, from);
        printf("%d", status);
        for (i = 0; !status && i < OUTPUTS; i++)
            if (exact) gmp_printf(" %Qd", y[i]); else printf(" %a", to[i]);
        printf("\n");
    }
    for (i = 0; i < INPUTS; i++) mpq_clear(x[i]);
    for (i = 0; i < OUTPUTS; i++) mpq_clear(y[i]);
    return 0;
}
"""


class C:
    """The C file, compiled with a main of our own; many points go through one process."""

    def __init__(self, text, folder, *options):
        (folder / "formula.c").write_text(text, encoding="ascii")
        (folder / "main.c").write_text(MAIN, encoding="ascii")
        self.program = folder / "main"
        compile_c(folder / "main.c", "-o", self.program, *options, "-lgmp")

    def exact(self, points):
        """The values at points; None outside."""
        return [None if status else tuple(map(Fraction, values)) for status, values in self.run("exact", points)]

    def doubles(self, points):
        """The doubles at points, or the status."""
        lines = self.run("doubles", [map(float.hex, point) for point in points])
        return [status if status else tuple(map(float.fromhex, values)) for status, values in lines]

    def run(self, kind, points):
        asked = "\n".join(" ".join(map(str, point)) for point in points)
        done = subprocess.run([self.program, kind], input=asked + "\n", capture_output=True, text=True, check=True, timeout=300)
        assert not done.stderr
        lines = [line.split() for line in done.stdout.splitlines()]
        return [(int(line[0]), line[1:]) for line in lines]


def compile_c(source, *options):
    """Compile a C file strictly; the test is skipped where there is no compiler, or no GMP."""
    if shutil.which("cc") is None:
        pytest.skip("there is no C compiler")
    probe = subprocess.run(
        ["cc", "-E", "-x", "c", "-"], input="#include <gmp.h>\n", capture_output=True, text=True, check=False
    )
    if probe.returncode:
        pytest.skip("there is no gmp.h")
    command = ["cc", "-std=c99", "-pedantic", "-Wall", "-Wextra", "-Werror", source, *options]
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=300)
    assert done.returncode == 0, done.stderr
