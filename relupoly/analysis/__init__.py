"""What the cells of a net tell about its function.

In: nets and a domain. Out: a proof that two nets are the same function, or an exact point where they differ. Read `equality.py`
first: two nets are equal where their difference is 0 on every cell (`vanishing.py`), of which the last layer need not be
divided into cells (`last_layer.py`). `samples.py` tries points before, and makes witnesses short. `gradients.py` asks the same
question beside one point, and so has the gradient there, or knows that there is none. `meshes/` draws the cells themselves.
"""
