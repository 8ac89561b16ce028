"""Numbers: what users write becomes exact, and stays so. No geometry.

Read `rationals` first: the one door through which numbers come in and go out, as `flint.fmpq`. `fractions` leads to Python's
own rationals and back, `json_numbers` to JSON, `doubles` says what a double holds, and `limits` how long a number may be.

Two kinds of arithmetic do the work of the engine, behind one face (`vectors`): `floats`, where every entry has an error bound,
and `integers`, in machine words while these suffice (`tables`). The rest is linear algebra: `matrices` of rationals, their
`rank`, affine maps in integers (`integer_maps`), arithmetic `modular` a prime (`primes`), and sums and products of many
rationals (`product_tree`).
"""
