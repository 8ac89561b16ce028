"""The program of `relupoly.analysis.formula.c_form`: everything but the tables of one formula."""

PROGRAM = """\
/* f: a piecewise affine function of {what}, exactly: {maps} on {sets}.

   int f(mpq_t *y, const mpq_t *x)               y is the exact value at x, whose entries are canonical
   int f_double(double *y, const double *x)      y has the doubles nearest to the exact values, ties to even

   Both return 0; or 1 where the function is not known; 2 where an entry of x is not finite; 3 where there is no memory left.
   Unless it is 0, y stays as it was. Needs GMP 6: cc -c FILE.c, and -lgmp where a program with a main of its own is linked. */
{notes}
#include <gmp.h>
#include <math.h>
#include <stddef.h>
#include <stdlib.h>

#define INPUTS {inputs}
#define OUTPUTS {outputs}
#define PLANES {plane_count}
#define SETS {set_count}

#if GMP_NUMB_BITS == 64
#define W(high, low) ((mp_limb_t) high << 32 | low)
#define LIMBS 1
#elif GMP_NUMB_BITS == 32
#define W(high, low) low, high
#define LIMBS 2
#else
#error "this file needs limbs of 32 or 64 bits"
#endif

/* Integers: the words of all of them, then for each where they start and how many they are, with its sign. */
static const mp_limb_t words[] = {{
{words}
}};
static const struct {{ size_t start; int size; }} numbers[] = {{
{numbers}
}};

/* Forms <a, x> - b as (a, -b), each entry the number of an integer. */
static const unsigned planes[PLANES][INPUTS + 1] = {{
{planes}
}};

/* Sets: the forms that must not be positive, by number from 1 (not negative, where the number is negative). */
static const int conditions[] = {{
{conditions}
}};
static const size_t starts[SETS + 1] = {{
{starts}
}};
static const unsigned branches[SETS] = {{
{branches}
}};

/* Maps: for each branch and output (a, b, d); its value is (<a, x> + b) / d. */
static const unsigned maps[][INPUTS + 2] = {{
{rows}
}};

static mpz_srcptr integer(mpz_t entry, unsigned which) {{
    return mpz_roinit_n(entry, words + LIMBS * numbers[which].start, LIMBS * numbers[which].size);
}}

/* The product of a row with a point (q x, q) of integers. */
static void product(mpz_t sum, const unsigned *row, mpz_t *ray) {{
    size_t i;
    mpz_t entry;
    mpz_set_ui(sum, 0);
    for (i = 0; i <= INPUTS; i++)
        if (row[i]) mpz_addmul(sum, integer(entry, row[i]), ray[i]);
}}

/* Whether a condition holds; the sign of each form is found once, and kept with 2 added to it. */
static int holds(int condition, mpz_t *ray, unsigned char *signs, mpz_t sum) {{
    size_t plane = (size_t) abs(condition) - 1;
    if (!signs[plane]) {{
        product(sum, planes[plane], ray);
        signs[plane] = (unsigned char) (mpz_sgn(sum) + 2);
    }}
    return condition > 0 ? signs[plane] <= 2 : signs[plane] >= 2;
}}

/* The first set that holds the point; SETS if there is none. */
static size_t find(mpz_t *ray, unsigned char *signs, mpz_t sum) {{
    size_t set, i;
    for (set = 0; set < SETS; set++) {{
        for (i = starts[set]; i < starts[set + 1] && holds(conditions[i], ray, signs, sum); i++)
            ;
        if (i == starts[set + 1]) break;
    }}
    return set;
}}

/* The point (q x, q), where q is the least common denominator. */
static void homogenize(mpz_t *ray, const mpq_t *x) {{
    size_t i;
    for (i = 0; i <= INPUTS; i++) mpz_init_set_ui(ray[i], 1);
    for (i = 0; i < INPUTS; i++) mpz_lcm(ray[INPUTS], ray[INPUTS], mpq_denref(x[i]));
    for (i = 0; i < INPUTS; i++) {{
        mpz_divexact(ray[i], ray[INPUTS], mpq_denref(x[i]));
        mpz_mul(ray[i], ray[i], mpq_numref(x[i]));
    }}
}}

int f(mpq_t *y, const mpq_t *x) {{
    static const int OUTSIDE = 1, NO_MEMORY = 3;
    mpz_t ray[INPUTS + 1], sum, entry;
    unsigned char *signs = calloc(PLANES, 1);
    size_t set, i;
    if (!signs) return NO_MEMORY;
    homogenize(ray, x);
    mpz_init(sum);
    set = find(ray, signs, sum);
    for (i = 0; set < SETS && i < OUTPUTS; i++) {{
        const unsigned *row = maps[branches[set] * OUTPUTS + i];
        product(mpq_numref(y[i]), row, ray);
        mpz_mul(mpq_denref(y[i]), integer(entry, row[INPUTS + 1]), ray[INPUTS]);
        mpq_canonicalize(y[i]);
    }}
    mpz_clear(sum);
    for (i = 0; i <= INPUTS; i++) mpz_clear(ray[i]);
    free(signs);
    return set < SETS ? 0 : OUTSIDE;
}}

/* |value| in units of 2^unit, rounded to the nearest integer, ties to even; 0 if that has more than 53 bits before rounding. */
static int round_to(mpz_t whole, const mpq_t value, long unit) {{
    mpz_t above, below;
    int fits, side;
    mpz_init(above);
    mpz_init(below);
    mpz_abs(above, mpq_numref(value));
    mpz_mul_2exp(above, above, unit < 0 ? (mp_bitcnt_t) -unit : 0);
    mpz_mul_2exp(below, mpq_denref(value), unit > 0 ? (mp_bitcnt_t) unit : 0);
    mpz_tdiv_qr(whole, above, above, below);
    fits = mpz_sizeinbase(whole, 2) <= 53;
    mpz_mul_2exp(above, above, 1);
    side = mpz_cmp(above, below);
    if (side > 0 || (side == 0 && mpz_odd_p(whole))) mpz_add_ui(whole, whole, 1);
    mpz_clear(above);
    mpz_clear(below);
    return fits;
}}

/* The nearest double, ties to even; HUGE_VAL where it overflows. mpq_get_d truncates. */
static double nearest(const mpq_t value) {{
    mpz_t whole;
    double found;
    long unit, size = (long) mpz_sizeinbase(mpq_numref(value), 2) - (long) mpz_sizeinbase(mpq_denref(value), 2);
    if (mpq_sgn(value) == 0) return 0.0;
    /* 2^(size - 1) < |value| < 2^(size + 1), and the units of doubles are 2^-1074 at least. */
    if (size > 1100) return mpq_sgn(value) < 0 ? -HUGE_VAL : HUGE_VAL;
    if (size < -1100) return mpq_sgn(value) < 0 ? -0.0 : 0.0;
    unit = size - 53 < -1074 ? -1074 : size - 53;
    mpz_init(whole);
    if (!round_to(whole, value, unit)) round_to(whole, value, ++unit);
    found = ldexp(mpz_get_d(whole), (int) unit);
    mpz_clear(whole);
    return mpq_sgn(value) < 0 ? -found : found;
}}

int f_double(double *y, const double *x) {{
    static const int NOT_FINITE = 2;
    mpq_t point[INPUTS], value[OUTPUTS];
    size_t i;
    int status;
    for (i = 0; i < INPUTS; i++)
        if (!isfinite(x[i])) return NOT_FINITE;
    for (i = 0; i < INPUTS; i++) {{
        mpq_init(point[i]);
        mpq_set_d(point[i], x[i]);
    }}
    for (i = 0; i < OUTPUTS; i++) mpq_init(value[i]);
    status = f(value, (const mpq_t *) point);
    for (i = 0; status == 0 && i < OUTPUTS; i++) y[i] = nearest(value[i]);
    for (i = 0; i < INPUTS; i++) mpq_clear(point[i]);
    for (i = 0; i < OUTPUTS; i++) mpq_clear(value[i]);
    return status;
}}
"""
