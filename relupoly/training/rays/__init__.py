"""The rays of the arrangement that the samples make in the space of neurons.

In: the lifted vectors. Out: `RayTable`, all rays with the side of each on every sample, and `Prices`, which tells what rays a
dual vector points to. Read first `ray_table.py`.

* `rays.py`: all rays of a central arrangement, as wedge products;
* `ray_table.py`: these, with exact signs and values with error bounds at all samples;
* `pricing.py`: the rays with a positive product with a dual vector, decided exactly;
* `ray_order.py`: for two coefficients, rays in the order of their angles: all products in one sweep;
* `dichotomies.py`: the cells themselves, for Algorithm 1.
"""
